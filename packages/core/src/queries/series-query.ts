import { type CompiledQuery, type Kysely, type RawBuilder, sql } from "kysely";
import type { Entity } from "../contract/entity.ts";
import type { Period } from "../contract/period.ts";
import { instantText } from "../database/instant-text.ts";
import type { AnalyticsDatabase } from "../database/tables.ts";
import type { DateRange } from "./date-range.ts";

/** What is counted of a bucket, or of the whole range: all of it can be added up but for visitors. */
const counts = [
  "total_views",
  "timed_views",
  "time_total",
  "unique_visitors",
  "unique_accounts",
  "entries",
  "bounces",
] as const;

export type Count = (typeof counts)[number];

/**
 * The whole series in one row, for the driver spends more on 365 rows than on nine texts. Each column is a JSON array,
 * with a value per bucket that has views and one for the whole range.
 */
export interface SeriesRow extends Record<Count, string> {
  /** The first day of each bucket, null for the whole range. */
  date: string;
  /** The hour of each bucket, when the series is hourly. */
  hour: string | null;
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
      ${sql.join(["date" as const, ...counts].map(jsonArray))},
      ${period === "hourly" ? jsonArray("hour") : sql`null as hour`},
      ${period === "hourly" ? hours : sql`null`} as hours,
      to_char(current_timestamp at time zone ${time_zone}, 'YYYY-MM-DD HH24') as local_hour,
      bool_or(s.is_live) as live,
      max(s.pending_changes) as pending_changes,
      ${instantText(sql`max(s.folded_through)`)} as folded_through
    from ${sql.id(schema, "entity_series")}(${entity_type}, ${entity_id}, ${dates}, ${period}) s
  `.compile(db);
}

function jsonArray(column: Count | "date" | "hour"): RawBuilder<string> {
  return sql`json_agg(${sql.ref(`s.${column}`)})::text as ${sql.id(column)}`;
}

/** The hours that the clocks showed. */
export function readHours({ hours }: SeriesRow): [date: string, hour: number][] {
  return hours === null ? [] : (JSON.parse(hours) as [string, number][]);
}

/** A series as columns, and where in them each bucket is. */
export interface SeriesColumns extends Record<Count, number[]> {
  /** By the label of a bucket (see bucketLabel); the whole range has none: `""`. */
  places: ReadonlyMap<string, number>;
}

/** What tells a bucket from others: its first day, with its hour when it is one. */
export function bucketLabel(date: string, hour?: number | null): string {
  return hour === undefined || hour === null ? date : `${date} ${String(hour).padStart(2, "0")}`;
}

export function readSeries(row: SeriesRow): SeriesColumns {
  const hours = row.hour === null ? [] : (JSON.parse(row.hour) as (number | null)[]);
  const dates = JSON.parse(row.date) as (string | null)[];
  const column = (count: Count): number[] => JSON.parse(row[count]) as number[];
  return {
    places: new Map(dates.map((date, nth) => [bucketLabel(date ?? "", hours[nth]), nth])),
    total_views: column("total_views"),
    timed_views: column("timed_views"),
    time_total: column("time_total"),
    unique_visitors: column("unique_visitors"),
    unique_accounts: column("unique_accounts"),
    entries: column("entries"),
    bounces: column("bounces"),
  };
}
