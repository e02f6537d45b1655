import { randomBytes } from "node:crypto";
import { AnalyticsClient } from "@headcount/core";
import { migrate } from "@headcount/migrations";
import { escapeIdentifier, Pool } from "pg";
import { openClusterDatabase } from "../../testing/citus/open-cluster-database.ts";
import { runOn } from "../../testing/postgres/run-on.ts";
import { type LoadedPageViews, loadPageViews } from "../../testing/traffic/load-page-views.ts";
import type { TrafficShape } from "../../testing/traffic/traffic-shape.ts";
import { sourceNames } from "../install.ts";
import { columns } from "../load-data-set.ts";
import { countText } from "../report/table.ts";
import type { ContenderName } from "../results/contender-names.ts";
import { showProgress } from "../show-progress.ts";

export type SideName = Extract<ContenderName, "postgres" | "one_worker" | "workers">;

/** An installation beside the same page views: on one Postgres, on one worker of a cluster, or on all of them. */
export interface Side {
  name: SideName;
  /** The name of its database, on whichever servers it is. */
  database: string;
  pool: Pool;
  client: AnalyticsClient;
}

interface SidesToOpen {
  /** Of the coordinator, which has the database without Citus as well: so version and settings are the same. */
  coordinatorUrl: string;
  size: number;
  shape: TrafficShape;
}

export interface Sides extends AsyncDisposable {
  sides: readonly [Side, Side, Side];
  loaded: LoadedPageViews;
}

const shards = 8;

// As a host does: where the most viewed entities happen to be on one worker, it would fold for the others. Shards count by their size alone.
const balance = `
  set citus.rebalancer_by_disk_size_base_cost = 0;
  select rebalance_table_shards(
    'page_views', rebalance_strategy => 'by_disk_size', threshold => 0.05, shard_transfer_mode => 'block_writes'
  );
  reset citus.rebalancer_by_disk_size_base_cost`;

/** Loads the same page views three times, installs Headcount beside them, and folds all that is pending. */
export async function openSides({ coordinatorUrl, size, shape }: SidesToOpen): Promise<Sides> {
  const opened = new AsyncDisposableStack();
  const opening = openDatabases(coordinatorUrl, opened);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= opened.disposeAsync());
  // a server that is not the run's own keeps nothing of it
  const onSignal = (): void => {
    void Promise.allSettled([opening])
      .then(close)
      .finally(() => process.exit(130));
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, onSignal);
  opened.defer(() => {
    for (const signal of signals) process.off(signal, onSignal);
  });
  try {
    const sides = await opening;
    let loaded: LoadedPageViews | undefined;
    for (const side of sides) loaded = await install(side, { size, shape });
    if (loaded === undefined) throw new Error("Nothing was loaded.");
    return { sides, loaded, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openDatabases(
  coordinatorUrl: string,
  opened: AsyncDisposableStack,
): Promise<Sides["sides"]> {
  const run = `headcount_benchmark_${randomBytes(4).toString("hex")}`;
  const cluster = { coordinatorUrl, shards, timeZone: "UTC" };
  const postgres = opened.use(await openPlainDatabase(coordinatorUrl, run));
  const one = { ...cluster, name: `${run}_one`, workers: 1 };
  const oneWorker = opened.use(await openClusterDatabase(one));
  const all = { ...cluster, name: `${run}_all` };
  const workers = opened.use(await openClusterDatabase(all));
  return [
    sideOf("postgres", run, postgres.pool),
    sideOf("one_worker", one.name, oneWorker.pool),
    sideOf("workers", all.name, workers.pool),
  ];
}

function sideOf(name: SideName, database: string, pool: Pool): Side {
  return { name, database, pool, client: new AnalyticsClient({ pool }) };
}

async function openPlainDatabase(
  serverUrl: string,
  name: string,
): Promise<AsyncDisposable & { pool: Pool }> {
  await runOn(serverUrl, `create database ${escapeIdentifier(name)}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const pool = new Pool({ connectionString: url.href });
  pool.on("error", () => undefined);
  return {
    pool,
    async [Symbol.asyncDispose]() {
      await pool.end();
      await runOn(serverUrl, `drop database if exists ${escapeIdentifier(name)} with (force)`);
    },
  };
}

async function install(
  { name, pool, client }: Side,
  { size, shape }: Pick<SidesToOpen, "size" | "shape">,
): Promise<LoadedPageViews> {
  const start = performance.now();
  await pool.query(
    `create table page_views (id uuid default gen_random_uuid(), ${columns}, primary key (id, entity_id))`,
  );
  if (name !== "postgres") {
    await pool.query("select create_distributed_table('page_views', 'entity_id')");
  }
  const connection = await pool.connect();
  try {
    const loaded = await loadPageViews(connection, { size, shape, withSources: true });
    if (name === "workers") await connection.query(balance);
    await migrate({ pool });
    await pool.query(sourceNames("headcount"));
    await client.aggregate();
    // on a coordinator, that of all servers
    await pool.query("vacuum analyze");
    const seconds = (performance.now() - start) / 1000;
    showProgress(`${name}: ${countText(size)} page views folded in ${seconds.toFixed(1)} s\n`);
    return loaded;
  } finally {
    connection.release();
  }
}
