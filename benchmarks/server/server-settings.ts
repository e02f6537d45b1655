import { availableParallelism, totalmem } from "node:os";
import type { Pool } from "pg";

const mebibyte = 2 ** 20;

/**
 * Settings of the embedded server: those of a small production server, durable, with a quarter of the memory for
 * shared_buffers, as Postgres's manual advises for a machine that serves it alone. The planner's costs are its defaults.
 */
export function serverSettings(): Record<string, string> {
  const quarter = Math.floor(totalmem() / 4 / mebibyte);
  return {
    shared_buffers: `${quarter}MB`,
    effective_cache_size: `${2 * quarter}MB`,
    work_mem: "64MB",
    maintenance_work_mem: "512MB",
    max_wal_size: "8GB",
    checkpoint_timeout: "15min",
    fsync: "on",
    full_page_writes: "on",
    synchronous_commit: "on",
  };
}

/** The same settings, as the server reports them. */
export async function readServerSettings(pool: Pool): Promise<Record<string, string>> {
  const names = [...Object.keys(serverSettings()), "jit", "max_parallel_workers_per_gather"];
  const { rows } = await pool.query<{ name: string; value: string }>(
    "select s.name, current_setting(s.name) as value from unnest($1::text[]) as s (name)",
    [names],
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** The server's version, as short as it says it itself. */
export async function readServerVersion(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ server_version: string }>("show server_version");
  return rows[0]?.server_version ?? "unknown";
}

/** How many threads an embedded engine may use: as many as Postgres has cores. */
export const cores: number = availableParallelism();
