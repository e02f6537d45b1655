import { sql } from "kysely";
import type {
  AnalyticsStatus,
  CaptureFault,
  LeftOutReason,
  SetAsideEntity,
} from "../contract/status.ts";
import type { Connection } from "../database/connect.ts";
import { instantText } from "../database/instant-text.ts";
import { runQuery } from "../database/run-query.ts";
import { setAsideEntities } from "./set-aside-entities.ts";

interface StatusCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

interface StatusRow {
  schema_version: number;
  time_zone: string;
  pending_changes: number;
  oldest_pending_seconds: number | null;
  set_aside_changes: number;
  left_out_page_views: number;
  finished_at: string | null;
  folded_changes: number | null;
  duration_ms: number | null;
  /** JSON, as the next ones, so that no type parser of the host has a say. */
  faults: string;
  visitors: string;
  set_aside_entities: string;
  left_out_reasons: string;
}

/** How do things stand? */
export async function getStatus({ connection, signal }: StatusCall): Promise<AnalyticsStatus> {
  await connection.installation({ signal });
  const [row] = await runQuery({
    db: connection.db,
    query: statusQuery(connection),
    signal,
  });
  // The settings are there: the installation was read from them.
  const { finished_at, folded_changes, duration_ms, ...status } = row as StatusRow;
  const faults = JSON.parse(status.faults) as CaptureFault[];
  return {
    schema_version: status.schema_version,
    time_zone: status.time_zone,
    pending_changes: status.pending_changes,
    oldest_pending_seconds: status.oldest_pending_seconds,
    set_aside_changes: status.set_aside_changes,
    set_aside_entities: JSON.parse(status.set_aside_entities) as SetAsideEntity[],
    left_out_page_views: status.left_out_page_views,
    left_out_reasons: JSON.parse(status.left_out_reasons) as LeftOutReason[],
    last_fold:
      finished_at === null || folded_changes === null || duration_ms === null
        ? null
        : {
            finished_at,
            folded_changes,
            duration_ms: Math.round(duration_ms),
            changes_per_second: duration_ms > 0 ? (folded_changes * 1000) / duration_ms : null,
          },
    visitors: JSON.parse(status.visitors) as AnalyticsStatus["visitors"],
    capture: { on: faults.length === 0, faults },
  };
}

// What is waiting, since when, what did the latest fold do, and does anything keep changes from being written down?
function statusQuery({ db, schema }: Connection) {
  return sql<StatusRow>`
    select
      (
        select m.version from ${sql.id(schema, "headcount_migrations")} m where m.kind operator(pg_catalog.=) 'functions'
      ) as schema_version,
      s.time_zone,
      s.pending_changes::float8 as pending_changes,
      s.oldest_pending_seconds,
      s.set_aside_changes::float8 as set_aside_changes,
      s.left_out_page_views::float8 as left_out_page_views,
      ${instantText(sql.ref("s.finished_at"))} as finished_at,
      s.folded_changes, s.duration_ms,
      (
        select json_build_object(
          'sample', v.sample,
          'by_account', round(100.0 * v.by_account / nullif(v.sample, 0), 2),
          'by_visitor_id', round(100.0 * v.by_visitor_id / nullif(v.sample, 0), 2),
          'by_session', round(100.0 * v.by_session / nullif(v.sample, 0), 2),
          'nobody', round(100.0 * v.nobody / nullif(v.sample, 0), 2),
          'new_since', (select a.new_since from ${sql.id(schema, "analytics_settings")} a)
        )::text
        from ${sql.id(schema, "visitor_shares")}() v
      ) as visitors,
      (
        select coalesce(json_agg(json_build_object('problem', f.problem, 'mend', f.mend)), '[]')::text
        from ${sql.id(schema, "capture_faults")}() f
      ) as faults,
      ${setAsideEntities({ schema })} as set_aside_entities,
      (
        select coalesce(json_agg(json_build_object('reason', l.reason, 'page_views', l.page_views)), '[]')::text
        from ${sql.id(schema, "left_out_reasons")}() l
      ) as left_out_reasons
    from ${sql.id(schema, "analytics_status")}() s
  `.compile(db);
}
