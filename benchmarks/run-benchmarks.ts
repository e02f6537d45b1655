import { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import { openTemporaryDatabase } from "../testing/postgres/temporary-database.ts";
import type { Bench } from "./bench.ts";
import { setUpContenders } from "./contenders/set-up-contenders.ts";
import { cold } from "./parts/cold.ts";
import { collecting } from "./parts/collecting.ts";
import { folding } from "./parts/folding.ts";
import { freshness } from "./parts/freshness.ts";
import { pending } from "./parts/pending.ts";
import { reads } from "./parts/reads.ts";
import { refresh } from "./parts/refresh.ts";
import { size as sizeOnDisk } from "./parts/size.ts";
import { writes } from "./parts/writes.ts";
import { prepareDataSet } from "./prepare-data-set.ts";
import type { Explained, Measurement, PartName } from "./results/measurement.ts";
import type { RunResults } from "./results/run-results.ts";
import { describeMachine } from "./server/describe-machine.ts";
import { readServerSettings, readServerVersion, serverSettings } from "./server/server-settings.ts";

export interface RunOptions {
  /** How many page views. */
  size: number;
  /** How often each question is asked, after warming up. */
  runs: number;
  parts: ReadonlySet<PartName>;
  /** Of a server of one's own; without it, one is started. */
  serverUrl: string | undefined;
  /** Is given what was measured so far after each part: a long run that breaks loses one. */
  keep?: (results: RunResults) => Promise<void>;
}

// Those that change the data come last.
const partsInOrder: readonly [PartName, (bench: Bench) => Promise<void>][] = [
  ["size", sizeOnDisk],
  ["reads", reads],
  ["cold", cold],
  ["pending", pending],
  ["writes", writes],
  ["collecting", collecting],
  ["folding", folding],
  ["refresh", refresh],
  ["freshness", freshness],
];

/** Loads the data set into an empty database, sets everybody up, and measures the parts. */
export async function runBenchmarks(options: RunOptions): Promise<RunResults> {
  const { size, parts, serverUrl } = options;
  await using database = await openTemporaryDatabase({
    purpose: "benchmark",
    serverUrl,
    settings: serverSettings(),
  });
  const { pool } = database;
  const measurements: Measurement[] = [];
  const plans: Explained[] = [];
  const record = (measurement: Measurement): void => void measurements.push(measurement);
  const { loaded, installation } = await prepareDataSet({ pool, size, record });
  await using client = new AnalyticsClient({ pool });
  await using participants = await setUpContenders({
    pool,
    client,
    loaded,
    installation,
    parts,
    record,
  });

  let nextRow = size + 1;
  const bench: Bench = {
    pool,
    client,
    installation,
    contenders: participants.contenders,
    ...options,
    loaded,
    entities: { big: loaded.bigEntity, middle: loaded.middleEntity, typical: loaded.typicalEntity },
    takeRows: (count) => (nextRow += count) - count,
    record,
    explain: (explained) => void plans.push(explained),
  };
  const described = await describeRun(pool, participants);
  const results: RunResults = { size, ...described, measurements, plans };
  for (const [name, part] of partsInOrder) {
    if (!parts.has(name)) continue;
    await part(bench);
    await options.keep?.(results);
  }
  return results;
}

async function describeRun(
  pool: Pool,
  { absent, versions }: Pick<RunResults, "absent" | "versions">,
): Promise<Pick<RunResults, "date" | "machine" | "versions" | "settings" | "absent">> {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    versions: {
      PostgreSQL: await readServerVersion(pool),
      "Node.js": process.versions.node,
      ...versions,
    },
    settings: await readServerSettings(pool),
    absent,
  };
}
