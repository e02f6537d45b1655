import { availableParallelism } from "node:os";
import { migrate } from "@headcount/migrations";
import type { Pool } from "pg";
import { countText } from "./report/table.ts";
import type { Measurement } from "./results/measurement.ts";
import { noteSetup } from "./results/note-setup.ts";
import { type Installation, readInstallation, readTables } from "./server/installation.ts";
import { showProgress } from "./show-progress.ts";

interface InstallOptions {
  pool: Pool;
  /** How many page views are there. */
  size: number;
  record: (measurement: Measurement) => void;
}

/** Names the numbers that the page views have, each a source of its own. An installation gives none of them again. */
export const sourceNames = (schema: string): string => `
  insert into ${schema}.analytics_sources (source_no, channel, source) overriding system value
  select n, 'referral', n::text from generate_series(1, 200) n`;

/** Installs Headcount beside the host's page views, and so reads them into the rollups: on as many connections as there are cores. */
export async function install({ pool, size, record }: InstallOptions): Promise<Installation> {
  const before = await readTables(pool);
  await migrate({
    pool,
    concurrency: availableParallelism(),
    onProgress: (progress) => {
      if (progress.kind === "history_read") {
        showProgress(
          `${progress.phase}: read ${countText(progress.page_views)} of ${countText(size)} page views`,
        );
      }
      if (progress.kind === "step_finished" && progress.name.endsWith("_history")) {
        noteSetup(record, { contender: "headcount", duration_ms: progress.duration_ms });
      }
    },
  });
  await pool.query(sourceNames("headcount"));
  showProgress("installed Headcount, with indexes and rollups\n");
  await pool.query("vacuum analyze");
  return readInstallation(pool, before);
}
