import type { Pool } from "pg";

/**
 * How many statements in this database wait for a lock. Not to be asked within a transaction, in which the answer stays.
 *
 * @param like what they are like; any by default
 */
export async function countWaiting(pool: Pool, like = "%"): Promise<number> {
  const { rows } = await pool.query<{ waiting: number }>(
    `select count(*)::int as waiting from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and query like $1`,
    [like],
  );
  return rows[0]?.waiting ?? 0;
}
