import { readFileSync } from "node:fs";
import type { Pool } from "pg";

/**
 * How many milliseconds of the processor a server process has used so far; undefined where that cannot be read: on
 * another machine, or without /proc.
 */
export function cpuMilliseconds(pid: number): number | undefined {
  const stat = readProcess(pid, "stat");
  if (stat === undefined) return undefined;
  // behind the name in parentheses, which may have spaces: utime and stime are the 12th and the 13th field, in ticks of 10 ms
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** How many megabytes the processes of a server hold without what they share: one number, or an empty list where that cannot be read. */
export async function readServerMemory(pool: Pool): Promise<number[]> {
  const { rows } = await pool.query<{ pid: number }>("select a.pid from pg_stat_activity a");
  const kilobytes = rows.flatMap(({ pid }) => {
    const [, own] = /^RssAnon:\s+(\d+) kB$/m.exec(readProcess(pid, "status") ?? "") ?? [];
    return own === undefined ? [] : Number(own);
  });
  return kilobytes.length === 0 ? [] : [kilobytes.reduce((sum, kB) => sum + kB, 0) / 1000];
}

// The process of this number may be another one, when the server runs elsewhere.
function readProcess(pid: number, file: "stat" | "status"): string | undefined {
  try {
    const isPostgres = readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("postgres");
    return isPostgres ? readFileSync(`/proc/${pid}/${file}`, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
