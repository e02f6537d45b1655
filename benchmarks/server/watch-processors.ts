import { readdirSync, readFileSync } from "node:fs";

const intervalMs = 50;
const tickMs = 10;

interface Seen {
  /** The process that it was forked from. */
  server: number;
  before: number;
  now: number;
}

/**
 * Adds up the processor's time of all connections to a database from now on, on all servers of this machine. Those that end in between are counted
 * up to the last time they were looked at.
 *
 * @returns what stops it, and gives the milliseconds of each server; an empty list on another machine, or without /proc
 */
export function watchProcessors(database: string): { stop: () => number[] } {
  const seen = new Map<number, Seen>();
  const others = new Set<number>();
  const look = (isFirst: boolean): void => {
    for (const pid of processes()) {
      if (others.has(pid)) continue;
      const found = seen.get(pid);
      if (found === undefined && !isOf(pid, database, others)) continue;
      const used = read(pid);
      if (used === undefined) continue;
      if (found !== undefined) found.now = used.ms;
      else seen.set(pid, { server: used.parent, before: isFirst ? used.ms : 0, now: used.ms });
    }
  };
  look(true);
  const timer = setInterval(() => look(false), intervalMs);
  return {
    stop: () => {
      clearInterval(timer);
      look(false);
      const servers = new Map<number, number>();
      for (const { server, before, now } of seen.values()) {
        servers.set(server, (servers.get(server) ?? 0) + now - before);
      }
      return [...servers.values()];
    },
  };
}

function processes(): number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
  } catch {
    return [];
  }
}

// A connection's title names its database, once it has one: `postgres: user database host(port) idle`.
function isOf(pid: number, database: string, others: Set<number>): boolean {
  try {
    const title = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    const [, connection] = /^postgres: (?:[^ ]+: )?(.*)/.exec(title) ?? [];
    if (connection?.split(" ").includes(database) === true) return true;
    // a server's process that has just begun has the title of the server
    if (connection !== undefined || !title.includes("postgres")) others.add(pid);
  } catch {
    others.add(pid);
  }
  return false;
}

function read(pid: number): { parent: number; ms: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // behind the name in parentheses, which may have spaces: the parent is the 2nd field, utime and stime the 12th and the 13th
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(fields[1]), ms: tickMs * (Number(fields[11]) + Number(fields[12])) };
  } catch {
    return undefined;
  }
}
