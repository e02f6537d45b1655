import { type CompiledQuery, type Kysely, sql } from "kysely";
import type { Entity } from "../contract/entity.ts";
import type { Freshness } from "../contract/freshness.ts";
import type { Period } from "../contract/period.ts";
import type { AnalyticsDatabase } from "../database/tables.ts";
import type { DateRange } from "./date-range.ts";

/** What is counted of a bucket: all of it can be added up but for visitors. */
export type Count =
  | "total_views"
  | "timed_views"
  | "time_total"
  | "unique_visitors"
  | "unique_accounts"
  | "entries"
  | "bounces";

/**
 * The whole series in one row, for the driver spends more on 365 rows than on eight texts. Each column is an array as
 * Postgres writes it, `{1,2}`, with a value per bucket that has views, in the order of `buckets`; null when none has.
 */
export interface SeriesRow extends Record<Count, string | null>, Freshness {
  /** How many days, or hours when the series is hourly, after the first date each bucket begins. */
  buckets: string | null;
  visitors_of_range: number;
  accounts_of_range: number;
  /** JSON: `[date, hour]` of every hour that the clocks of the zone showed, when the series is hourly. */
  hours: string | null;
  /** `YYYY-MM-DD HH` in the reporting time zone when the statement ran. */
  local_hour: string;
}

interface SeriesToQuery {
  db: Kysely<AnalyticsDatabase>;
  schema: string;
  entity: Entity;
  range: DateRange;
  period: Period;
}

/** How many viewed the entity in each bucket and over the range? One statement, so one snapshot. */
export function seriesQuery({
  db,
  schema,
  entity: { entity_type, entity_id },
  range: { date_from, date_to },
  period,
}: SeriesToQuery): CompiledQuery<SeriesRow> {
  const columns = sql.id(schema, "time_series_columns");
  return sql<SeriesRow>`
    select * from ${columns}(${entity_type}, ${entity_id}, ${date_from}, ${date_to}, ${period})
  `.compile(db);
}

/** The hours that the clocks showed. */
export function readHours({ hours }: SeriesRow): [date: string, hour: number][] {
  return hours === null ? [] : (JSON.parse(hours) as [string, number][]);
}
