import type { Connection } from "../session/connection.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";
import type { InstallationFault } from "./installation-fault.ts";

/** What waits to be folded, what the latest fold did, and what keeps changes from being written down. */
export interface InstalledAnalyticsStatus {
  /** Page views that were added or taken away and are not yet in the rollups. */
  pending_changes: number;
  oldest_pending_seconds: number | null;
  /** The latest fold that had something to do; null before the first. */
  last_fold: {
    finished_at: string;
    folded_changes: number;
    duration_ms: number;
    changes_per_second: number | null;
  } | null;
  capture: { on: boolean; faults: InstallationFault[] };
}

/** Null where the migration that brings the functions is still pending. */
export async function readAnalyticsStatus(
  connection: Connection,
  schema: string,
): Promise<InstalledAnalyticsStatus | null> {
  if (!(await hasFunction(connection, schema, "analytics_status"))) return null;
  const [status] = await connection.query<Omit<InstalledAnalyticsStatus, "capture">>(
    // JSON, so that no type parser of the host has a say
    `select s.pending_changes::float8 as pending_changes, s.oldest_pending_seconds,
       case when s.finished_at is not null then json_build_object(
         'finished_at', to_char(s.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'folded_changes', s.folded_changes,
         'duration_ms', round(s.duration_ms),
         'changes_per_second', s.folded_changes * 1000 / nullif(s.duration_ms, 0)
       ) end as last_fold
     from ${quoteIdentifier(schema)}.analytics_status() s`,
  );
  if (status === undefined) return null;
  const faults = await readCaptureFaults(connection, schema);
  return { ...status, capture: { on: faults.length === 0, faults } };
}

/** What keeps changes of page views from being written down; nothing where that cannot be told yet. */
export async function readCaptureFaults(
  connection: Connection,
  schema: string,
): Promise<InstallationFault[]> {
  if (!(await hasFunction(connection, schema, "capture_faults"))) return [];
  return connection.query<InstallationFault>(
    `select f.problem, f.mend from ${quoteIdentifier(schema)}.capture_faults() f`,
  );
}

async function hasFunction(connection: Connection, schema: string, name: string): Promise<boolean> {
  const found = await connection.query(
    `select from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = $1 and p.proname = $2`,
    [schema, name],
  );
  return found.length > 0;
}
