import type { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import type { LoadedPageViews } from "../../testing/traffic/load-page-views.ts";
import type { Measurement, PartName } from "../results/measurement.ts";
import { noteSetup } from "../results/note-setup.ts";
import type { Installation } from "../server/installation.ts";
import { cores } from "../server/server-settings.ts";
import { showProgress } from "../show-progress.ts";
import type { Contender } from "./contender.ts";
import { type DuckDB, exportToDuckDB } from "./duckdb.ts";
import { headcountClient } from "./headcount-client.ts";
import { headcountFunction } from "./headcount-function.ts";
import { createIndexedPageViews } from "./indexed-page-views.ts";
import type { Participation } from "./participation.ts";
import { plainLimit } from "./plain-limit.ts";
import { planSql } from "./plan-sql.ts";
import { rawSql } from "./raw-sql.ts";
import { roaring } from "./roaring.ts";
import { timescale } from "./timescale.ts";

/** Who takes part in a run, who does not and why, and the versions of those that are not Postgres's own. */
export interface Participants extends AsyncDisposable {
  contenders: Contender[];
  absent: Record<string, string>;
  versions: Record<string, string>;
}

interface SetUpOptions {
  pool: Pool;
  client: AnalyticsClient;
  loaded: LoadedPageViews;
  installation: Installation;
  parts: ReadonlySet<PartName>;
  record: (measurement: Measurement) => void;
}

/** Sets up everybody that the chosen parts need, on the rows that are loaded, and takes the time. */
export async function setUpContenders(options: SetUpOptions): Promise<Participants> {
  const { pool, client, installation, parts } = options;
  await createIndexedPageViews(pool);
  const contenders = [headcountClient(client), headcountFunction(pool, installation), rawSql(pool)];
  const line = { contenders, absent: {}, versions: {} };
  if (parts.has("reads") || parts.has("refresh") || parts.has("size")) {
    await addPlan(options, line);
    await addExtension(options, line, { name: "TimescaleDB", setUp: timescale });
    await addExtension(options, line, { name: "pg_roaringbitmap", setUp: roaring });
  }
  const duckdb = parts.has("reads") ? await addDuckDB(options, line) : undefined;
  if (parts.has("reads")) contenders.push(await plainLimit(pool, installation));
  return {
    ...line,
    async [Symbol.asyncDispose]() {
      await duckdb?.[Symbol.asyncDispose]();
    },
  };
}

type Line = Omit<Participants, typeof Symbol.asyncDispose>;

async function addPlan(
  { pool, loaded, record }: SetUpOptions,
  { contenders }: Line,
): Promise<void> {
  showProgress("filling the daily table and the materialized view");
  const start = performance.now();
  contenders.push(await planSql({ pool, ...loaded }));
  noteSetup(record, { contender: "plan", duration_ms: performance.now() - start });
}

interface Extension {
  name: string;
  setUp: (pool: Pool) => Promise<Participation>;
}

/** Adds a contender that needs an extension, where the server has it. */
async function addExtension(
  { pool, record }: SetUpOptions,
  { contenders, absent, versions }: Line,
  { name, setUp }: Extension,
): Promise<void> {
  showProgress(`setting up ${name}`);
  const start = performance.now();
  const participation = await setUp(pool);
  if ("reason" in participation) {
    absent[name] = participation.reason;
    showProgress(`without ${name}: ${participation.reason}\n`);
    return;
  }
  const { contender, version } = participation;
  contenders.push(contender);
  versions[name] = version;
  noteSetup(record, { contender: contender.name, duration_ms: performance.now() - start });
}

async function addDuckDB(
  { pool, record }: SetUpOptions,
  { contenders, versions }: Line,
): Promise<DuckDB> {
  showProgress("exporting to DuckDB");
  const start = performance.now();
  const duckdb = await exportToDuckDB(pool, cores);
  contenders.push(duckdb.contender);
  versions["DuckDB"] = duckdb.version;
  noteSetup(record, { contender: "duckdb", duration_ms: performance.now() - start });
  return duckdb;
}
