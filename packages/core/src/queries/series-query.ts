import { type CompiledQuery, type Kysely, type RawBuilder, sql } from "kysely";
import type { Entity } from "../contract/entity.ts";
import type { Period } from "../contract/period.ts";
import { instantText } from "../database/instant-text.ts";
import type { AnalyticsDatabase } from "../database/tables.ts";
import type { DateRange } from "./date-range.ts";

/** What is counted of a bucket, or, without a date, of the whole range: all of it can be added up but for visitors. */
export interface SeriesColumns {
  date: string | null;
  hour: number | null;
  total_views: number;
  timed_views: number;
  time_total: number;
  unique_visitors: number;
  unique_accounts: number;
  entries: number;
  bounces: number;
}

const columns = [
  "date",
  "hour",
  "total_views",
  "timed_views",
  "time_total",
  "unique_visitors",
  "unique_accounts",
  "entries",
  "bounces",
] as const satisfies (keyof SeriesColumns)[];

/**
 * The whole series in one row: a year of days is read twice as fast as 365 rows. Each column is a JSON array, with a
 * value per bucket that has views and one for the whole range.
 */
export interface SeriesRow extends Record<keyof SeriesColumns, string> {
  /** JSON: `[date, hour]` of every hour that the clocks of the zone showed, when the series is hourly. */
  hours: string | null;
  /** `YYYY-MM-DD HH` in the reporting time zone when the statement ran. */
  local_hour: string;
  live: boolean;
  pending_changes: number;
  folded_through: string;
}

interface SeriesToQuery {
  db: Kysely<AnalyticsDatabase>;
  schema: string;
  entity: Entity;
  range: DateRange;
  period: Period;
  time_zone: string;
}

/** How many viewed the entity in each bucket and over the range? One statement, so one snapshot. */
export function seriesQuery({
  db,
  schema,
  entity: { entity_type, entity_id },
  range: { date_from, date_to },
  period,
  time_zone,
}: SeriesToQuery): CompiledQuery<SeriesRow> {
  const dates = sql`${date_from}::date, ${date_to}::date`;
  const hours = sql`(
    select json_agg(json_build_array(h.date, h.hour) order by h.date, h.hour)::text
    from ${sql.id(schema, "hours_of")}(${dates}) h
  )`;
  return sql<SeriesRow>`
    select
      ${sql.join(columns.map(jsonArray))},
      ${period === "hourly" ? hours : sql`null`} as hours,
      to_char(current_timestamp at time zone ${time_zone}, 'YYYY-MM-DD HH24') as local_hour,
      bool_or(s.is_live) as live,
      max(s.pending_changes) as pending_changes,
      ${instantText(sql`max(s.folded_through)`)} as folded_through
    from ${sql.id(schema, "entity_series")}(${entity_type}, ${entity_id}, ${dates}, ${period}) s
  `.compile(db);
}

function jsonArray(column: keyof SeriesColumns): RawBuilder<string> {
  return sql`json_agg(${sql.ref(`s.${column}`)})::text as ${sql.id(column)}`;
}

/** The hours that the clocks showed. */
export function readHours({ hours }: SeriesRow): [date: string, hour: number][] {
  return hours === null ? [] : (JSON.parse(hours) as [string, number][]);
}

/** The columns of a row of JSON arrays, turned into one object per bucket. */
export function readSeries(row: SeriesRow): SeriesColumns[] {
  const hours = JSON.parse(row.hour) as (number | null)[];
  const views = JSON.parse(row.total_views) as number[];
  const timedViews = JSON.parse(row.timed_views) as number[];
  const timeTotals = JSON.parse(row.time_total) as number[];
  const visitors = JSON.parse(row.unique_visitors) as number[];
  const accounts = JSON.parse(row.unique_accounts) as number[];
  const entries = JSON.parse(row.entries) as number[];
  const bounces = JSON.parse(row.bounces) as number[];
  return (JSON.parse(row.date) as (string | null)[]).map((date, nth) => ({
    date,
    hour: hours[nth] ?? null,
    total_views: views[nth] ?? 0,
    timed_views: timedViews[nth] ?? 0,
    time_total: timeTotals[nth] ?? 0,
    unique_visitors: visitors[nth] ?? 0,
    unique_accounts: accounts[nth] ?? 0,
    entries: entries[nth] ?? 0,
    bounces: bounces[nth] ?? 0,
  }));
}
