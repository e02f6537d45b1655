import * as z from "zod/mini";
import { calendarDate, type DateRange, rangeInOrder } from "./calendar-date.ts";
import { type ComparisonQuery, comparisonFields, comparisonInOrder } from "./comparison-query.ts";
import { parseInput } from "./parse-input.ts";
import { type Period, period } from "./period.ts";
import { timeSeriesDefaults } from "./query-defaults.ts";
import { readQueryString } from "./query-string.ts";
import {
  checkLevel,
  type Level,
  type LevelsOption,
  type Subject,
  type SubjectQuery,
  subjectFields,
  subjectRules,
} from "./subject.ts";

/** The question: how many, over time? */
export const timeSeriesQuery = z
  .strictObject({
    ...subjectFields,
    date_from: z.optional(calendarDate),
    date_to: z.optional(calendarDate),
    period: z._default(period, timeSeriesDefaults.period),
    ...comparisonFields,
  })
  .check(rangeInOrder, ...comparisonInOrder, ...subjectRules);

/** What {@link AnalyticsClient.getTimeSeries} is asked; without dates it is about the last 30 days. */
export type TimeSeriesQuery<Asked extends Period = Period> = SubjectQuery &
  DateRange &
  ComparisonQuery & {
    /** What the range is cut into. @default "daily" */
    period?: Asked | undefined;
  };

/** A {@link TimeSeriesQuery} after parsing. */
export type ParsedTimeSeriesQuery<Allowed extends Level = "entity"> = Subject<Allowed> &
  DateRange &
  ComparisonQuery & { period: Period };

/**
 * Reads a time series query from a query string: URLSearchParams, or the object that an HTTP framework makes of it.
 * An empty `entity_id` means null. It is about an entity, unless `levels` allows more.
 *
 * @throws {AnalyticsError} `invalid_input`, `level_not_allowed`
 * @example
 * parseTimeSeriesQuery(new URL(request.url).searchParams);
 * //=> { entity_type: "listing", entity_id: "7", period: "weekly" }
 */
export function parseTimeSeriesQuery<Allowed extends Level = "entity">(
  query: unknown,
  options: LevelsOption<Allowed> = {},
): ParsedTimeSeriesQuery<Allowed> {
  const parsed = parseInput({ schema: timeSeriesQuery, input: readQueryString({ query }) });
  checkLevel(parsed, options);
  return parsed as ParsedTimeSeriesQuery<Allowed>;
}
