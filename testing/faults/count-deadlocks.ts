import type { Pool } from "pg";
import { Client } from "pg";
import { expect } from "vitest";

/** How many deadlocks the server has seen in the database of this pool, which is ended: backends report when they end. */
export async function countDeadlocks(pool: Pool, url: string): Promise<number> {
  await pool.end();
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const count = async (sql: string): Promise<number> =>
      (await client.query<{ count: number }>(sql)).rows[0]?.count ?? Number.NaN;
    const others = `select count(*)::integer as count from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;
    await expect.poll(() => count(others), { timeout: 10_000 }).toBe(0);
    return await count(
      "select deadlocks::integer as count from pg_stat_database where datname = current_database()",
    );
  } finally {
    await client.end();
  }
}
