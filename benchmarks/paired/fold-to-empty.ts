import { cpuMilliseconds } from "../server/server-process.ts";
import { millisecondsOf } from "../timing/take-turns.ts";
import type { Side } from "./side.ts";

/** What it took to fold all that was pending, on one connection. */
export interface Folded {
  ms: number;
  /** Of the process that folded; undefined where that cannot be read. */
  cpuMs: number | undefined;
  /** What was written to the log. */
  walBytes: number;
}

const batch = 20_000;
// several in a row may have nothing to do themselves and make others possible, but not for ever
const maxIdle = 100;

/** Folds in batches of 20,000 until nothing is pending. */
export async function foldToEmpty(side: Side): Promise<Folded> {
  const { folder, folderPid, installation } = side;
  const statement = `select ${installation.schema}.fold_page_view_changes($1) as folded`;
  const cpuBefore = cpuMilliseconds(folderPid);
  const walBefore = await readWalPosition(side);
  let ms = 0;
  for (let idle = 0; idle < maxIdle; ) {
    let folded = 0;
    const took = await millisecondsOf(async () => {
      const { rows } = await folder.query<{ folded: number }>(statement, [batch]);
      folded = rows[0]?.folded ?? 0;
    });
    if (folded === 0 && (await countPending(side)) === 0) {
      const cpuAfter = cpuMilliseconds(folderPid);
      return {
        ms,
        cpuMs: cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore,
        walBytes: (await readWalPosition(side)) - walBefore,
      };
    }
    ms += took;
    idle = folded === 0 ? idle + 1 : 0;
  }
  throw new Error(
    `${side.name} folds nothing more, and ${await countPending(side)} changes are pending.`,
  );
}

/** How many changes are not folded yet. */
export async function countPending({ driver }: Side): Promise<number> {
  const { answer } = await driver.perform({ call: "ask", method: "getStatus", query: {} });
  return (answer as { pending_changes: number }).pending_changes;
}

async function readWalPosition({ folder }: Side): Promise<number> {
  const { rows } = await folder.query<{ bytes: number }>(
    "select (pg_current_wal_lsn() - '0/0')::float8 as bytes",
  );
  return rows[0]?.bytes ?? 0;
}
