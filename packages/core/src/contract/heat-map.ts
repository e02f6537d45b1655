import * as z from "zod/mini";
import { type Freshness, freshness } from "./freshness.ts";
import { type SubjectResult, subjectResultFields } from "./subject.ts";

const count = z.int();
const average = z.nullable(z.number());

/** One hour of the week. */
export interface HourOfWeek {
  /** 1 for Monday to 7 for Sunday. */
  weekday: number;
  /** The hour on the clocks, 0 to 23. */
  hour: number;
  /** All views of this hour, on every such weekday of the range. */
  views: number;
  /** Its visitors, each counted once in each hour: who came on two Mondays counts twice. */
  visitor_hours: number;
  /** How often the clocks have shown this hour in the range since the first day with a view, and it is over. */
  occurrences: number;
  /** `views / occurrences`, with two decimals; null when there was no such hour. */
  views_per_hour: number | null;
  /** `visitor_hours / occurrences`, with two decimals; null when there was no such hour. */
  visitors_per_hour: number | null;
}

/** The answer: all 168 hours of the week. */
export const heatMap = z.object({
  ...subjectResultFields,
  time_zone: z.string(),
  date_from: z.iso.date(),
  date_to: z.iso.date(),
  data: z.array(
    z.object({
      weekday: count,
      hour: count,
      views: count,
      visitor_hours: count,
      occurrences: count,
      views_per_hour: average,
      visitors_per_hour: average,
    }),
  ),
  freshness,
});

/** What {@link AnalyticsClient.getHeatMap} answers. */
export interface HeatMap extends SubjectResult {
  /** The reporting time zone, which all dates and hours are of: an IANA name. */
  time_zone: string;
  /** The first day of the range, `YYYY-MM-DD`. */
  date_from: string;
  /** The last day of the range, which belongs to it. */
  date_to: string;
  /** Every hour of the week, from Monday 0 o'clock on. */
  data: HourOfWeek[];
  freshness: Freshness;
}
