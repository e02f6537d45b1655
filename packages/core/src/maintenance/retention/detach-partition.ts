import { type CompiledQuery, sql } from "kysely";
import type { Connection } from "../../database/connect.ts";
import { sqlState } from "../../database/database-error.ts";
import { pause } from "../../database/pause.ts";
import { AnalyticsError } from "../../errors.ts";
import { runStep } from "../run-step.ts";

interface PartitionToDetach {
  connection: Connection;
  /** Its name, as SQL. */
  table: string;
  waitSeconds: number;
  signal: AbortSignal | undefined;
}

const lockNotAvailable = "55P03";
// each try may hold writers up for a tenth of a second
const betweenTriesMs = 1000;

/**
 * Detaches a partition of sealed months, when what nothing else says of its page views is remembered. Where somebody uses page views for
 * long it is tried for `waitSeconds`.
 */
export async function detachPartition({
  connection: { db, schema },
  table,
  waitSeconds,
  signal,
}: PartitionToDetach): Promise<void> {
  const remembering = sql<{ done: boolean }>`
    select count(${sql.id(schema, "remember_page_views")}(d.viewed_from, d.viewed_until)) > 0 as done
    from ${sql.id(schema, "analytics_settings")} s
    cross join lateral ${sql.id(schema, "detachable_partitions")}(s.sealed_before) d
    where d.partition operator(pg_catalog.=) ${table}::text::regclass
  `.compile(db);
  await runStep({ db, query: remembering, signal });
  const detaching: CompiledQuery = sql`
    select ${sql.id(schema, "detach_partition")}(${table}::text::regclass)
  `.compile(db);
  const triesUntil = performance.now() + 1000 * waitSeconds;
  for (;;) {
    try {
      await runStep({ db, query: detaching, signal });
      return;
    } catch (error) {
      if (sqlState(error) !== lockNotAvailable) throw error;
      if (performance.now() >= triesUntil) {
        throw new AnalyticsError(
          "database",
          `${table} could not be detached: others use page views, and did so for detachWaitSeconds, ${waitSeconds}. Call pruneRaw again when they have ended, or wait longer.`,
          { cause: error },
        );
      }
    }
    await pause({ milliseconds: betweenTriesMs, signal });
  }
}
