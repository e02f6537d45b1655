import { sql } from "kysely";
import type { Entity } from "../contract/entity.ts";
import type { Freshness } from "../contract/freshness.ts";
import type { Measures } from "../contract/measures.ts";
import type { Period } from "../contract/period.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";
import { withText } from "../database/with-text.ts";
import { AnalyticsError } from "../errors.ts";
import type { DateRange } from "./date-range.ts";
import { newSince } from "./new-since.ts";

export interface SeriesToRead {
  connection: Connection;
  entity: Entity;
  range: DateRange;
  period: Period;
  signal?: AbortSignal | undefined;
}

/** What is counted of each bucket that has views, and of the whole range. */
export interface CountedSeries {
  /** By how many days, or hours, after the first date of the range a bucket begins. */
  measures: ReadonlyMap<number, Measures>;
  totals: Measures;
  /** Every hour that the clocks of the zone showed, when the series is hourly. */
  hours: readonly [date: string, hour: number][];
  /** `YYYY-MM-DD HH` in the reporting time zone when the statement ran. */
  local_hour: string;
  new_since: string | null;
  freshness: Freshness;
}

/** Columns of single numbers, which are asked for as texts. */
export const numbersOfSeries = [
  "visitors_of_range",
  "accounts_of_range",
  "new_visitors_of_range",
  "new_accounts_of_range",
  "pending_changes",
] as const;

/** How many viewed the entity in each bucket and over the range? One statement, so one snapshot. */
export async function readSeries({
  connection: { db, schema },
  entity: { entity_type, entity_id },
  range: { date_from, date_to },
  period,
  signal,
}: SeriesToRead): Promise<CountedSeries> {
  const columns = sql.id(schema, "time_series_columns");
  const query = sql<SeriesRow>`
    select ${withText(numbersOfSeries)}, ${newSince({ schema, date_to })}
    from ${columns}(${entity_type}, ${entity_id}, ${date_from}::text::date, ${date_to}::text::date, ${period}) c
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  if (row === undefined) throw new AnalyticsError("database", "The database gave no series.");
  return seriesOf(row);
}

/** What a row of the database says. */
export function seriesOf(row: SeriesRow): CountedSeries {
  const { hours, local_hour, new_since, live, pending_changes, folded_through } = row;
  return {
    ...countsOf(row),
    hours: hours === null ? [] : (JSON.parse(hours) as [string, number][]),
    local_hour,
    new_since,
    freshness: { live, pending_changes: Number(pending_changes), folded_through },
  };
}

/** What is counted of a bucket: all of it can be added up, except unique visitors. */
export type Count =
  | "total_views"
  | "timed_views"
  | "time_total"
  | "unique_visitors"
  | "unique_accounts"
  | "new_visitors"
  | "new_accounts"
  | "entries"
  | "bounces";

/**
 * The whole series in one row, because the driver spends more on 365 rows than on ten texts. Each column is an array
 * as Postgres writes it, `{1,2}`, with a value per bucket that has views, in the order of `buckets`; null when none has, and
 * of new visitors by hours.
 */
export interface SeriesRow
  extends Record<Count, string | null>,
    Record<(typeof numbersOfSeries)[number], string>,
    Pick<Freshness, "live" | "folded_through"> {
  /** How many days, or hours when the series is hourly, after the first date each bucket begins. */
  buckets: string | null;
  /** JSON. */
  hours: string | null;
  local_hour: string;
  new_since: string | null;
}

// Takes the columns apart.
function countsOf(row: SeriesRow): Pick<CountedSeries, "measures" | "totals"> {
  const total_views = readColumn(row.total_views);
  const timed_views = readColumn(row.timed_views);
  const time_total = readColumn(row.time_total);
  const unique_visitors = readColumn(row.unique_visitors);
  const unique_accounts = readColumn(row.unique_accounts);
  const new_visitors = readColumn(row.new_visitors);
  const new_accounts = readColumn(row.new_accounts);
  const entries = readColumn(row.entries);
  const bounces = readColumn(row.bounces);
  const measures = new Map<number, Measures>();
  for (const [place, bucket] of readColumn(row.buckets).entries()) {
    const ofBucket = measuresOf({
      total_views: total_views[place] ?? 0,
      timed_views: timed_views[place] ?? 0,
      time_total: time_total[place] ?? 0,
      unique_visitors: unique_visitors[place] ?? 0,
      unique_accounts: unique_accounts[place] ?? 0,
      new_visitors: new_visitors[place] ?? 0,
      new_accounts: new_accounts[place] ?? 0,
      entries: entries[place] ?? 0,
      bounces: bounces[place] ?? 0,
    });
    measures.set(bucket, row.hours === null ? ofBucket : { ...ofBucket, ...newUnknown });
  }
  const totals = measuresOf({
    total_views: sumOf(total_views),
    timed_views: sumOf(timed_views),
    time_total: sumOf(time_total),
    unique_visitors: Number(row.visitors_of_range),
    unique_accounts: Number(row.accounts_of_range),
    new_visitors: Number(row.new_visitors_of_range),
    new_accounts: Number(row.new_accounts_of_range),
    entries: sumOf(entries),
    bounces: sumOf(bounces),
  });
  return { measures, totals };
}

/** Where it is not known who is new. */
export const newUnknown = { new_visitors: null, returning_visitors: null, new_accounts: null };

/** Of a bucket without views. */
export const noMeasures: Measures = {
  views: 0,
  unique_visitors: 0,
  unique_accounts: 0,
  anonymous_visitors: 0,
  new_visitors: 0,
  returning_visitors: 0,
  new_accounts: 0,
  avg_time_on_page: null,
  bounce_rate: null,
};

/** Of an hour without views. */
export const noMeasuresOfHour: Measures = { ...noMeasures, ...newUnknown };

/** The numbers of an array as Postgres writes it. */
export function readColumn(array: string | null): number[] {
  return array === null ? [] : (JSON.parse(`[${array.slice(1, -1)}]`) as number[]);
}

function sumOf(column: readonly number[]): number {
  return column.reduce((sum, value) => sum + value, 0);
}

/** The measures that follow from what was counted. */
export function measuresOf(counts: Record<Count, number>): Measures {
  const { total_views, unique_visitors, unique_accounts, new_visitors, new_accounts } = counts;
  return {
    views: total_views,
    unique_visitors,
    unique_accounts,
    anonymous_visitors: unique_visitors - unique_accounts,
    new_visitors,
    returning_visitors: unique_visitors - new_visitors,
    new_accounts,
    avg_time_on_page: quotient(counts.time_total, counts.timed_views),
    bounce_rate: quotient(100 * counts.bounces, counts.entries),
  };
}

/**
 * To two decimals, halves up as Postgres has it; null without a denominator. Numerators are whole numbers, so a half is
 * exact here as well.
 */
export function quotient(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : Math.round((100 * numerator) / denominator) / 100;
}
