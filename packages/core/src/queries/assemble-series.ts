import type { Measures } from "../contract/measures.ts";
import type { TimeSeriesBucket } from "../contract/time-series.ts";
import type { Bucket } from "./buckets.ts";
import type { DateRange } from "./date-range.ts";
import type { SeriesRow } from "./series-query.ts";

interface SeriesToAssemble {
  rows: readonly SeriesRow[];
  /** Every bucket of the series; none when it is hourly, for then the rows are complete. */
  buckets: readonly Bucket[];
  range: DateRange;
}

interface AssembledSeries {
  data: TimeSeriesBucket[];
  totals: Measures;
}

/** A complete series from the rows that there are: an empty bucket has 0 for counts and null for averages. */
export function assembleSeries({ rows, buckets, range }: SeriesToAssemble): AssembledSeries {
  const whole = rows.find(({ date }) => date === null);
  const localHour = whole?.local_hour ?? "";
  const data =
    buckets.length === 0
      ? hourly({ rows, localHour })
      : daily({ rows, buckets, range, today: localHour.slice(0, "YYYY-MM-DD".length) });
  return { data, totals: measuresOf(whole) };
}

interface HourlyRows {
  rows: readonly SeriesRow[];
  localHour: string;
}

function hourly({ rows, localHour }: HourlyRows): TimeSeriesBucket[] {
  return rows
    .flatMap((row) => {
      const { date, hour } = row;
      if (date === null || hour === null) return [];
      return [{ date, hour, ...measuresOf(row), partial: hourLabel({ date, hour }) >= localHour }];
    })
    .toSorted((a, b) => (hourLabel(a) < hourLabel(b) ? -1 : 1));
}

function hourLabel({ date, hour }: { date: string; hour: number }): string {
  return `${date} ${String(hour).padStart(2, "0")}`;
}

function daily({
  rows,
  buckets,
  range,
  today,
}: SeriesToAssemble & { today: string }): TimeSeriesBucket[] {
  const byDate = new Map(rows.map((row) => [row.date, row]));
  return buckets.map(({ first_day, last_day }) => ({
    date: first_day,
    ...measuresOf(byDate.get(first_day)),
    partial: first_day < range.date_from || last_day > range.date_to || last_day >= today,
  }));
}

function measuresOf(row: SeriesRow | undefined): Measures {
  const {
    views = 0,
    unique_visitors = 0,
    unique_accounts = 0,
    avg_time_on_page = null,
    bounce_rate = null,
  } = row ?? {};
  return {
    views,
    unique_visitors,
    unique_accounts,
    anonymous_visitors: unique_visitors - unique_accounts,
    avg_time_on_page,
    bounce_rate,
  };
}
