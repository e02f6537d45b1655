import type { Measures } from "../contract/measures.ts";
import type { Count, SeriesRow } from "./series-query.ts";

/** What is counted of each bucket that has views, and of the whole range. */
export interface CountedSeries {
  /** By how many days, or hours, after the first date of the range a bucket begins. */
  measures: ReadonlyMap<number, Measures>;
  totals: Measures;
}

/** Takes the columns apart. */
export function readSeries(row: SeriesRow): CountedSeries {
  const total_views = readColumn(row.total_views);
  const timed_views = readColumn(row.timed_views);
  const time_total = readColumn(row.time_total);
  const unique_visitors = readColumn(row.unique_visitors);
  const unique_accounts = readColumn(row.unique_accounts);
  const entries = readColumn(row.entries);
  const bounces = readColumn(row.bounces);
  const measures = new Map<number, Measures>();
  for (const [place, bucket] of readColumn(row.buckets).entries()) {
    const bucketMeasures = measuresOf({
      total_views: total_views[place] ?? 0,
      timed_views: timed_views[place] ?? 0,
      time_total: time_total[place] ?? 0,
      unique_visitors: unique_visitors[place] ?? 0,
      unique_accounts: unique_accounts[place] ?? 0,
      entries: entries[place] ?? 0,
      bounces: bounces[place] ?? 0,
    });
    measures.set(bucket, bucketMeasures);
  }
  const totals = measuresOf({
    total_views: sumOf(total_views),
    timed_views: sumOf(timed_views),
    time_total: sumOf(time_total),
    unique_visitors: row.visitors_of_range,
    unique_accounts: row.accounts_of_range,
    entries: sumOf(entries),
    bounces: sumOf(bounces),
  });
  return { measures, totals };
}

/** Of a bucket without views. */
export const noMeasures: Measures = {
  views: 0,
  unique_visitors: 0,
  unique_accounts: 0,
  anonymous_visitors: 0,
  avg_time_on_page: null,
  bounce_rate: null,
};

function readColumn(array: string | null): number[] {
  return array === null ? [] : (JSON.parse(`[${array.slice(1, -1)}]`) as number[]);
}

function sumOf(column: readonly number[]): number {
  return column.reduce((sum, value) => sum + value, 0);
}

function measuresOf(counts: Record<Count, number>): Measures {
  const { total_views, unique_visitors, unique_accounts } = counts;
  return {
    views: total_views,
    unique_visitors,
    unique_accounts,
    anonymous_visitors: unique_visitors - unique_accounts,
    avg_time_on_page: quotient(counts.time_total, counts.timed_views),
    bounce_rate: quotient(100 * counts.bounces, counts.entries),
  };
}

// To two decimals, halves up as Postgres has it. Numerators are whole numbers, so a half is exact here as well.
function quotient(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : Math.round((100 * numerator) / denominator) / 100;
}
