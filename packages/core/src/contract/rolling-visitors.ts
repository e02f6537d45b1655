import * as z from "zod/mini";
import { type Freshness, freshness } from "./freshness.ts";
import { type SubjectResult, subjectResultFields } from "./subject.ts";

const count = z.int();
const rate = z.nullable(z.number());

/** Who was there in the days up to a date, each counted once. */
export interface RollingVisitorsOnDate {
  /** The last day of every window, `YYYY-MM-DD` in the reporting time zone. */
  date: string;
  visitors_1_day: number;
  visitors_7_days: number;
  visitors_28_days: number;
  accounts_1_day: number;
  accounts_7_days: number;
  accounts_28_days: number;
  /** How many percent of the visitors of 28 days came on this one, with two decimals; null when there were none. */
  stickiness: number | null;
  /** Whether the date is not over, or the window of 28 days begins before the first view ever. */
  partial: boolean;
}

/** The answer: a row for each date of the range. */
export const rollingVisitors = z.object({
  ...subjectResultFields,
  time_zone: z.string(),
  date_from: z.iso.date(),
  date_to: z.iso.date(),
  data: z.array(
    z.object({
      date: z.iso.date(),
      visitors_1_day: count,
      visitors_7_days: count,
      visitors_28_days: count,
      accounts_1_day: count,
      accounts_7_days: count,
      accounts_28_days: count,
      stickiness: rate,
      partial: z.boolean(),
    }),
  ),
  totals: z.object({ stickiness: rate }),
  freshness,
});

/** What {@link AnalyticsClient.getRollingVisitors} answers. */
export interface RollingVisitors extends SubjectResult {
  /** The reporting time zone, which all dates are of: an IANA name. */
  time_zone: string;
  /** The first day of the range, `YYYY-MM-DD`. */
  date_from: string;
  /** The last day of the range, which belongs to it. */
  date_to: string;
  /** A row for each date of the range, oldest first. */
  data: RollingVisitorsOnDate[];
  /** Of all dates that are over: their visitors of one day, as percent of their visitors of 28 days. */
  totals: { stickiness: number | null };
  freshness: Freshness;
}
