import * as z from "zod/mini";
import { calendarDate, type DateRange, rangeInOrder } from "./calendar-date.ts";
import { type ComparisonQuery, comparisonFields, comparisonInOrder } from "./comparison-query.ts";
import { type Entity, type EntityQuery, entityFields } from "./entity.ts";
import { parseInput } from "./parse-input.ts";
import { type Period, period } from "./period.ts";
import { timeSeriesDefaults } from "./query-defaults.ts";
import { readQueryString } from "./query-string.ts";

/** The question: how many, over time? */
export const timeSeriesQuery = z
  .strictObject({
    ...entityFields,
    date_from: z.optional(calendarDate),
    date_to: z.optional(calendarDate),
    period: z._default(period, timeSeriesDefaults.period),
    ...comparisonFields,
  })
  .check(rangeInOrder, ...comparisonInOrder);

/** What {@link AnalyticsClient.getTimeSeries} is asked; without dates it is about the last 30 days. */
export interface TimeSeriesQuery<Asked extends Period = Period>
  extends EntityQuery,
    DateRange,
    ComparisonQuery {
  /** What the range is cut into. @default "daily" */
  period?: Asked | undefined;
}

/** A {@link TimeSeriesQuery} after parsing. */
export interface ParsedTimeSeriesQuery extends Entity, DateRange, ComparisonQuery {
  period: Period;
}

/**
 * Reads a time series query from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 * An empty `entity_id` means null.
 *
 * @throws {AnalyticsError} `invalid_input`
 * @example
 * parseTimeSeriesQuery(new URL(request.url).searchParams);
 * //=> { entity_type: "listing", entity_id: "7", period: "weekly" }
 */
export function parseTimeSeriesQuery(query: unknown): ParsedTimeSeriesQuery {
  return parseInput({ schema: timeSeriesQuery, input: readQueryString({ query }) });
}
