import * as z from "zod/mini";
import { entityResultFields } from "./entity-result-fields.ts";
import { freshness } from "./freshness.ts";
import { measureFields, measures } from "./measures.ts";
import { period } from "./period.ts";

const timeSeriesBucket = z.object({
  date: z.iso.date(),
  hour: z.optional(z.int().check(z.gte(0), z.lte(23))),
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
  date_from: z.iso.date(),
  date_to: z.iso.date(),
  data: z.array(timeSeriesBucket),
  totals: measures,
  freshness,
});

/** What {@link AnalyticsClient.getTimeSeries} answers. `totals` are exact for the range, never a sum of buckets. */
export type TimeSeries = z.infer<typeof timeSeries>;
