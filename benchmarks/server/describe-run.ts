import { cpus, totalmem } from "node:os";
import type { Pool } from "pg";
import type { RunResults } from "../results/run-results.ts";
import { cores, readServerSettings, readServerVersion } from "./server-settings.ts";

/** When and on what a run takes place: all that decides how fast it is. */
export async function describeRun(
  pool: Pool,
): Promise<Pick<RunResults, "date" | "machine" | "versions" | "settings">> {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores,
      memory_gib: Math.round(totalmem() / 2 ** 30),
    },
    versions: { PostgreSQL: await readServerVersion(pool), "Node.js": process.versions.node },
    settings: await readServerSettings(pool),
  };
}
