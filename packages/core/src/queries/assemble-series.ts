import type { Measures } from "../contract/measures.ts";
import type { TimeSeriesBucket } from "../contract/time-series.ts";
import type { Bucket } from "./buckets.ts";
import type { DateRange } from "./date-range.ts";
import type { SeriesColumns } from "./series-query.ts";

interface SeriesToAssemble {
  /** What is counted, in any order: of buckets that have views, and of the whole range (without a date). */
  counted: readonly SeriesColumns[];
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
  const byDate = new Map(counted.map((row) => [row.date, row]));
  const data = buckets.map(({ first_day, last_day }) => ({
    date: first_day,
    ...measuresOf(byDate.get(first_day)),
    partial: first_day < range.date_from || last_day > range.date_to || last_day >= today,
  }));
  return { data, totals: measuresOf(byDate.get(null)) };
}

/** A complete series of the hours that the clocks showed. */
export function assembleHours({
  counted,
  local_hour,
  hours,
}: Omit<SeriesToAssemble, "range"> & {
  hours: readonly [date: string, hour: number][];
}): AssembledSeries {
  const byHour = new Map(counted.map((row) => [hourLabel(row.date ?? "", row.hour), row]));
  const data = hours.map(([date, hour]) => {
    const label = hourLabel(date, hour);
    return { date, hour, ...measuresOf(byHour.get(label)), partial: label >= local_hour };
  });
  return { data, totals: measuresOf(byHour.get(hourLabel("", null))) };
}

function hourLabel(date: string, hour: number | null): string {
  return `${date} ${String(hour ?? "").padStart(2, "0")}`;
}

const nothing = {
  total_views: 0,
  timed_views: 0,
  time_total: 0,
  unique_visitors: 0,
  unique_accounts: 0,
  entries: 0,
  bounces: 0,
};

function measuresOf(counted: Omit<SeriesColumns, "date" | "hour"> = nothing): Measures {
  const { total_views, unique_visitors, unique_accounts } = counted;
  return {
    views: total_views,
    unique_visitors,
    unique_accounts,
    anonymous_visitors: unique_visitors - unique_accounts,
    avg_time_on_page: quotient(counted.time_total, counted.timed_views),
    bounce_rate: quotient(100 * counted.bounces, counted.entries),
  };
}

// To two decimals, halves up. Numerators are whole numbers, so a half is exact here as it is in Postgres.
function quotient(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : Math.round((100 * numerator) / denominator) / 100;
}
