import type { TimeSeries, TimeSeriesBucket } from "../contract/time-series.ts";
import { lastDayOf } from "./calendar.ts";
import { type Measure, measures } from "./format-measure.ts";
import { wallClock } from "./wall-clock.ts";

/**
 * Why a bucket has less than all of its time: it is not over yet, or the range begins or ends within it. It is not a fall
 * in numbers: draw it hatched or dashed.
 */
export type Incomplete = "not_over" | "starts_before_range" | "ends_after_range";

/** A bucket as charts draw it: a measure is null where it is not known, and where the bucket has not begun. */
export interface ChartPoint extends Record<Measure, number | null> {
  /** Names it within its series: `2026-03-02`, of an hour `2026-03-02 15`. */
  key: string;
  date: string;
  hour?: number | undefined;
  /** False in the future: nothing is known of it, which is not 0. */
  has_begun: boolean;
  /** Null for a bucket that has all of its time, and for one that has not begun. */
  incomplete: Incomplete | null;
}

type ChartSeries = Pick<TimeSeries, "data" | "period" | "time_zone" | "date_from" | "date_to">;

/**
 * The points of a chart: what is not known is a gap, and what is incomplete is marked, so that today does not look
 * like a fall.
 *
 * @throws {AnalyticsError} `unknown_time_zone`
 * @example
 * const points = chartPoints(series);
 * points.at(-1); //=> { key: "2026-03-31", views: 12, incomplete: "not_over", … }
 */
export function chartPoints(
  series: ChartSeries,
  { now = new Date() }: { now?: Date } = {},
): ChartPoint[] {
  const clock = wallClock(series.time_zone, now);
  return series.data.map(({ partial, ...bucket }) => {
    const { date, hour } = bucket;
    const hasBegun = date < clock.date || (date === clock.date && (hour ?? 0) <= clock.hour);
    const marks = {
      key: hour === undefined ? date : `${date} ${hour}`,
      has_begun: hasBegun,
      incomplete: hasBegun && partial ? reasonOf(bucket, series, clock) : null,
    };
    return hasBegun ? { ...bucket, ...marks } : { ...bucket, ...nothingKnown, ...marks };
  });
}

const nothingKnown = Object.fromEntries(measures.map((measure) => [measure, null])) as Record<
  Measure,
  null
>;

function reasonOf(
  { date, hour }: Pick<TimeSeriesBucket, "date" | "hour">,
  { period, date_from, date_to }: ChartSeries,
  clock: { date: string; hour: number },
): Incomplete {
  const lastDay = lastDayOf(date, period);
  const isOver =
    lastDay < clock.date || (hour !== undefined && date === clock.date && hour < clock.hour);
  if (!isOver) return "not_over";
  if (date < date_from) return "starts_before_range";
  return lastDay > date_to ? "ends_after_range" : "not_over";
}
