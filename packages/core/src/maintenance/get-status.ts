import { type RawBuilder, sql } from "kysely";
import type { AnalyticsStatus, CaptureFault } from "../contract/status.ts";
import type { Connection } from "../database/connect.ts";
import { instantText } from "../database/instant-text.ts";
import { runQuery } from "../database/run-query.ts";
import { setAsideEntities } from "./set-aside-entities.ts";

interface StatusCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

interface StatusRow extends Omit<AnalyticsStatus, "last_fold" | "capture"> {
  finished_at: string | null;
  folded_changes: number | null;
  duration_ms: number | null;
  faults: CaptureFault[];
}

/** How do things stand? */
export async function getStatus({ connection, signal }: StatusCall): Promise<AnalyticsStatus> {
  const { distributed } = await connection.installation({ signal });
  const query = statusQuery(connection, distributed);
  const [row] = await runQuery({ db: connection.db, query, signal });
  // The settings are there: the installation was read from them.
  const { finished_at, folded_changes, duration_ms, faults, ...status } = JSON.parse(
    row?.status ?? "{}",
  ) as StatusRow;
  return {
    ...status,
    last_fold:
      finished_at === null || folded_changes === null || duration_ms === null
        ? null
        : {
            finished_at,
            folded_changes,
            duration_ms: Math.round(duration_ms),
            changes_per_second: duration_ms > 0 ? (folded_changes * 1000) / duration_ms : null,
          },
    capture: { on: faults.length === 0, faults },
  };
}

// What is waiting, since when, what did the latest fold do, and does anything keep changes from being captured? As JSON, so that no
// type parser of the host has a say.
function statusQuery({ db, schema }: Connection, distributed: boolean) {
  return sql<{ status: string }>`
    select json_build_object(
      'schema_version', (
        select m.version from ${sql.id(schema, "headcount_migrations")} m where m.kind operator(pg_catalog.=) 'functions'
      ),
      'time_zone', s.time_zone,
      'pending_changes', s.pending_changes,
      'oldest_pending_seconds', s.oldest_pending_seconds,
      'set_aside_changes', s.set_aside_changes,
      'left_out_page_views', s.left_out_page_views,
      'finished_at', ${instantText(sql.ref("s.finished_at"))},
      'folded_changes', s.folded_changes,
      'duration_ms', s.duration_ms,
      'faults', (
        select coalesce(json_agg(json_build_object('problem', f.problem, 'fix', f.fix)), '[]')
        from ${sql.id(schema, "capture_faults")}() f
      ),
      'partitions', ${distributed ? sql`null` : partitionsSql(schema)},
      'visitors', (
        select json_build_object(
          'sample', v.sample,
          'by_account', round(100.0 * v.by_account / nullif(v.sample, 0), 2),
          'by_visitor_id', round(100.0 * v.by_visitor_id / nullif(v.sample, 0), 2),
          'by_session', round(100.0 * v.by_session / nullif(v.sample, 0), 2),
          'nobody', round(100.0 * v.nobody / nullif(v.sample, 0), 2),
          'new_since', (select a.new_since from ${sql.id(schema, "analytics_settings")} a)
        )
        from ${sql.id(schema, "visitor_shares")}() v
      ),
      'facts', (
        select json_build_object('combinations', f.combinations, 'bounded', f.bounded)
        from ${sql.id(schema, "fact_combinations")}() f
      ),
      'retention', (
        select json_build_object(
          'sealed_before', (select a.sealed_before from ${sql.id(schema, "analytics_settings")} a),
          'sealed_months', count(distinct e.month) filter (where e.views > 0),
          'sealed_views', coalesce(sum(e.views), 0),
          'new_since', (select a.forgotten_before from ${sql.id(schema, "analytics_settings")} a),
          'page_view_bytes', (select b.page_view_bytes from ${sql.id(schema, "stored_bytes")}() b),
          'rollup_bytes', (select b.rollup_bytes from ${sql.id(schema, "stored_bytes")}() b)
        )
        from ${sql.id(schema, "analytics_seals")} e
      ),
      'set_aside_entities', ${setAsideEntities({ schema })}::json,
      'left_out_reasons', (
        select coalesce(json_agg(json_build_object('reason', l.reason, 'page_views', l.page_views)), '[]')
        from ${sql.id(schema, "left_out_reasons")}() l
      )
    )::text as status
    from ${sql.id(schema, "analytics_status")}() s
  `.compile(db);
}

// A cluster has none.
const partitionsSql = (schema: string): RawBuilder<unknown> => sql`(
  select json_build_object(
    'ready_until', to_char(${sql.id(schema, "partitions_ready_until")}() at time zone a.time_zone, 'YYYY-MM-DD'),
    'faults', (
      select coalesce(json_agg(json_build_object('problem', f.problem, 'fix', f.fix)), '[]')
      from ${sql.id(schema, "partition_faults")}() f
    )
  )
  from ${sql.id(schema, "analytics_settings")} a
  where a.partition operator(pg_catalog.=) 'monthly'
)`;
