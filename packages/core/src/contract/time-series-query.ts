import * as z from "zod/mini";
import { calendarDate, rangeInOrder } from "./calendar-date.ts";
import { entityFields } from "./entity.ts";
import { parseInput } from "./parse-input.ts";
import { period } from "./period.ts";
import { timeSeriesDefaults } from "./query-defaults.ts";
import { readQueryString } from "./query-string.ts";

/** The question: how many, over time? */
export const timeSeriesQuery = z
  .strictObject({
    ...entityFields,
    date_from: z.optional(calendarDate),
    date_to: z.optional(calendarDate),
    period: z._default(period, timeSeriesDefaults.period),
  })
  .check(rangeInOrder);

/**
 * What {@link AnalyticsClient.getTimeSeries} is asked.
 *
 * `date_from` and `date_to` are dates in the reporting time zone and both belong to the range; by default it is the
 * last 30 days. `period` is `"daily"` by default. `entity_id` is null for pages without an entity.
 */
export type TimeSeriesQuery = z.input<typeof timeSeriesQuery>;

/** A {@link TimeSeriesQuery} after parsing. */
export type ParsedTimeSeriesQuery = z.output<typeof timeSeriesQuery>;

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
