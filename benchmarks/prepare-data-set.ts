import { migrate } from "@headcount/migrations";
import type { Pool } from "pg";
import { type LoadedPageViews, loadPageViews } from "../testing/traffic/load-page-views.ts";
import type { Measurement } from "./results/measurement.ts";
import { noteSetup } from "./results/note-setup.ts";
import { type Installation, readInstallation, readTables } from "./server/installation.ts";
import { showProgress } from "./show-progress.ts";
import { millisecondsOf } from "./timing/take-turns.ts";

interface DataSetOptions {
  /** Of an empty database. */
  pool: Pool;
  /** How many page views. */
  size: number;
  record: (measurement: Measurement) => void;
}

/** What was loaded, and what is installed beside it. */
export interface DataSet {
  loaded: LoadedPageViews;
  installation: Installation;
}

/** Loads page views into a host's table, installs Headcount beside them, and so reads them into the rollups. */
export async function prepareDataSet({ pool, size, record }: DataSetOptions): Promise<DataSet> {
  const start = performance.now();
  const loaded = await load(pool, size);
  showProgress(`loaded ${count(size)} page views in ${seconds(performance.now() - start)}\n`);

  const before = await readTables(pool);
  const duration = await millisecondsOf(async () => {
    await migrate({
      pool,
      onProgress: (progress) => {
        if (progress.kind === "history_read") {
          showProgress(
            `${progress.phase}: read ${count(progress.page_views)} of ${count(size)} page views`,
          );
        }
        if (progress.kind === "step_finished" && progress.name.endsWith("_history")) {
          noteSetup(record, { contender: "headcount", duration_ms: progress.duration_ms });
        }
      },
    });
  });
  showProgress(`installed Headcount, with indexes and rollups, in ${seconds(duration)}\n`);
  await pool.query("vacuum analyze");
  return { loaded, installation: await readInstallation(pool, before) };
}

async function load(pool: Pool, size: number): Promise<LoadedPageViews> {
  await pool.query(`create table page_views (
    id uuid primary key default gen_random_uuid(), entity_type text not null, entity_id uuid, account_id uuid,
    session_id uuid, viewed_at timestamptz not null, referrer_url text, time_on_page integer
  )`);
  const connection = await pool.connect();
  try {
    const onProgress = (written: number): void => {
      showProgress(`loading ${count(written)} of ${count(size)} page views`);
    };
    return await loadPageViews(connection, { size, onProgress });
  } finally {
    connection.release();
  }
}

function seconds(duration_ms: number): string {
  return `${(duration_ms / 1000).toFixed(1)} s`;
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
