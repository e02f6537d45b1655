import { setTimeout } from "node:timers/promises";
import type { Pool } from "pg";

/**
 * Waits until a connection of this name folds or rebuilds, and returns its process id; undefined when `work`, which
 * does so, ended before it was seen.
 */
export async function findAggregatingBackend(
  pool: Pick<Pool, "query">,
  applicationName: string,
  work: Promise<unknown>,
): Promise<number | undefined> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  work.then(end, end);
  while (!ended.signal.aborted) {
    const { rows } = await pool.query<{ pid: number }>(
      `select pid from pg_stat_activity
       where datname = current_database() and application_name = $1 and state = 'active' and pid <> pg_backend_pid()
         and query ~ 'fold_page_view_changes|rebuild_page_views_step'`,
      [applicationName],
    );
    if (rows[0] !== undefined) return rows[0].pid;
    await setTimeout(1);
  }
  return undefined;
}
