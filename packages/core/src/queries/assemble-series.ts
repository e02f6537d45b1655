import type { Measures } from "../contract/measures.ts";
import type { TimeSeriesBucket } from "../contract/time-series.ts";
import type { Bucket } from "./buckets.ts";
import type { DateRange } from "./date-range.ts";
import { bucketLabel, type Count, type SeriesColumns } from "./series-query.ts";

interface SeriesToAssemble {
  /** What is counted of the buckets that have views, and of the whole range. */
  counted: SeriesColumns;
  range: DateRange;
  /** `YYYY-MM-DD HH` in the reporting time zone. */
  local_hour: string;
}

interface AssembledSeries {
  data: TimeSeriesBucket[];
  totals: Measures;
}

/** A complete series of days or longer periods: an empty bucket has 0 for counts and null for averages. */
export function assembleDays({
  counted,
  range,
  local_hour,
  buckets,
}: SeriesToAssemble & { buckets: readonly Bucket[] }): AssembledSeries {
  const today = local_hour.slice(0, "YYYY-MM-DD".length);
  const data = buckets.map(({ first_day, last_day }) => ({
    date: first_day,
    ...measuresOf(counted, bucketLabel(first_day)),
    partial: first_day < range.date_from || last_day > range.date_to || last_day >= today,
  }));
  return { data, totals: measuresOf(counted, "") };
}

/** A complete series of the hours that the clocks showed. */
export function assembleHours({
  counted,
  local_hour,
  hours,
}: Omit<SeriesToAssemble, "range"> & {
  hours: readonly [date: string, hour: number][];
}): AssembledSeries {
  const data = hours.map(([date, hour]) => {
    const label = bucketLabel(date, hour);
    return { date, hour, ...measuresOf(counted, label), partial: label >= local_hour };
  });
  return { data, totals: measuresOf(counted, "") };
}

function measuresOf(counted: SeriesColumns, label: string): Measures {
  const place = counted.places.get(label) ?? -1;
  const count = (name: Count): number => counted[name][place] ?? 0;
  const unique_visitors = count("unique_visitors");
  const unique_accounts = count("unique_accounts");
  return {
    views: count("total_views"),
    unique_visitors,
    unique_accounts,
    anonymous_visitors: unique_visitors - unique_accounts,
    avg_time_on_page: quotient(count("time_total"), count("timed_views")),
    bounce_rate: quotient(100 * count("bounces"), count("entries")),
  };
}

// To two decimals, halves up. Numerators are whole numbers, so a half is exact here as it is in Postgres.
function quotient(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : Math.round((100 * numerator) / denominator) / 100;
}
