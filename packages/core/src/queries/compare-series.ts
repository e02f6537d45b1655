import type { Period } from "../contract/period.ts";
import type { ComparedBucket, ComparedSeries, TimeSeriesBucket } from "../contract/time-series.ts";
import { assembleSeries } from "./assemble-series.ts";
import { daysBetween } from "./buckets.ts";
import { changeOf } from "./change-of.ts";
import type { DateRange } from "./date-range.ts";
import type { ComparedCounts } from "./read-compared-series.ts";

interface SeriesToCompare {
  current: ComparedCounts;
  previous: ComparedCounts;
  /** The buckets of the range asked for. */
  data: readonly TimeSeriesBucket[];
  range: DateRange;
  compared: DateRange;
  period: Period;
}

/** The series of the other range, and how the one asked for differs from it. */
export function compareSeries({
  current,
  previous,
  data,
  range,
  compared,
  period,
}: SeriesToCompare): ComparedSeries {
  const series = assembleSeries({ counted: previous, range: compared, period });
  return {
    ...compared,
    through: previous.cut,
    before_first_view: previous.before_first_view,
    totals: series.totals,
    data: pairBuckets({ data, range, other: series.data, compared, period }),
    change: current.compared && previous.compared && changeOf(current.compared, previous.compared),
  };
}

interface BucketsToPair extends Pick<SeriesToCompare, "data" | "range" | "compared" | "period"> {
  other: readonly TimeSeriesBucket[];
}

// By the day of the range and the hour on the clocks, since a day may have 23 or 25 hours; longer buckets by how many are
// before them.
function pairBuckets({ data, range, other, compared, period }: BucketsToPair): ComparedBucket[] {
  const isLong = period !== "hourly" && period !== "daily";
  const placeOf = ({ date, hour = 0 }: TimeSeriesBucket, nth: number, from: string): number =>
    isLong ? nth : 24 * daysBetween(from, date) + hour;
  const places = new Map(data.map((bucket, nth) => [placeOf(bucket, nth, range.date_from), nth]));
  return other.map((bucket, nth) => ({
    ...bucket,
    pairs_with: places.get(placeOf(bucket, nth, compared.date_from)) ?? null,
  }));
}
