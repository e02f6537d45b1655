import { existsSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Pool } from "pg";

/**
 * The most memory of its own, in bytes, that the one connection of this pool has while work goes on; NaN where the
 * operating system does not report.
 */
export async function measurePeakMemory(
  pool: Pick<Pool, "query">,
  work: () => Promise<void>,
): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>("select pg_backend_pid() as pid");
  const status = `/proc/${rows[0]?.pid}/status`;
  if (!existsSync(status)) {
    await work();
    return Number.NaN;
  }
  const done = new AbortController();
  const watching = watch(status, done.signal);
  try {
    await work();
  } finally {
    done.abort();
  }
  return watching;
}

async function watch(status: string, signal: AbortSignal): Promise<number> {
  let peak = 0;
  while (!signal.aborted) {
    const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(status, "utf8")) ?? [];
    peak = Math.max(peak, Number(kilobytes) * 1024);
    await setTimeout(20);
  }
  return peak;
}
