import * as z from "zod/mini";
import { calendarDate, rangeInOrder } from "./calendar-date.ts";
import { entityFields, entityResultFields } from "./entity.ts";
import { freshness } from "./freshness.ts";
import { measureFields, measures } from "./measures.ts";
import { parseInput } from "./parse-input.ts";
import { period } from "./period.ts";
import { type QueryString, readQueryString } from "./query-string.ts";
import { wholeNumber } from "./whole-number.ts";

/** The question: how many, over time? */
export const timeSeriesQuery = z
  .strictObject({
    ...entityFields,
    date_from: z.optional(calendarDate),
    date_to: z.optional(calendarDate),
    period: z._default(period, "daily"),
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

const timeSeriesBucket = z.object({
  date: calendarDate,
  hour: z.optional(wholeNumber({ from: 0, to: 23 })),
  ...measureFields,
  partial: z.boolean(),
});

/**
 * One point of a series: `date` is the first day of its period, `hour` (0 to 23) is there when the period is
 * hourly, and `partial` says that the range cuts the bucket or that it is not over yet.
 */
export type TimeSeriesBucket = z.infer<typeof timeSeriesBucket>;

/** The answer: a complete series, and the same measures over the whole range. */
export const timeSeries = z.object({
  ...entityResultFields,
  period,
  time_zone: z.string(),
  date_from: calendarDate,
  date_to: calendarDate,
  data: z.array(timeSeriesBucket),
  totals: measures,
  freshness,
});

/** What {@link AnalyticsClient.getTimeSeries} answers. `totals` are exact for the range, never a sum of buckets. */
export type TimeSeries = z.infer<typeof timeSeries>;

/**
 * Reads a time series query from a query string; an empty `entity_id` means null.
 *
 * @throws {AnalyticsError} `invalid_input`
 * @example
 * parseTimeSeriesQuery(new URL(request.url).searchParams);
 * //=> { entity_type: "listing", entity_id: "7", period: "weekly" }
 */
export function parseTimeSeriesQuery(query: QueryString): ParsedTimeSeriesQuery {
  return parseInput({ schema: timeSeriesQuery, input: readQueryString({ query }) });
}
