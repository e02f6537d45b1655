import { AnalyticsClient } from "@headcount/core";
import { openTemporaryDatabase } from "../testing/postgres/temporary-database.ts";
import type { TrafficShape } from "../testing/traffic/traffic-shape.ts";
import type { Bench } from "./bench.ts";
import { setUpContenders } from "./contenders/set-up-contenders.ts";
import { install } from "./install.ts";
import type { Load } from "./load.ts";
import { loadDataSet } from "./load-data-set.ts";
import { cold } from "./parts/cold.ts";
import { collecting } from "./parts/collecting.ts";
import { folding } from "./parts/folding.ts";
import { freshness } from "./parts/freshness.ts";
import { levels } from "./parts/levels.ts";
import { owners } from "./parts/owners.ts";
import { pending } from "./parts/pending.ts";
import { prune } from "./parts/prune.ts";
import { reads } from "./parts/reads.ts";
import { refresh } from "./parts/refresh.ts";
import { size as sizeOnDisk } from "./parts/size.ts";
import { soak } from "./parts/soak.ts";
import { writes } from "./parts/writes.ts";
import type { Explained, Measurement, PartName } from "./results/measurement.ts";
import type { RunResults } from "./results/run-results.ts";
import { describeRun } from "./server/describe-run.ts";
import { serverSettings } from "./server/server-settings.ts";

export interface RunOptions {
  /** How many page views. */
  size: number;
  shape: TrafficShape;
  /** How often each question is asked, after warming up. */
  runs: number;
  parts: ReadonlySet<PartName>;
  load: Load;
  /** Of a server of one's own; without it, one is started. */
  serverUrl: string | undefined;
  /** Is given what was measured so far after each part: a long run that breaks loses one. */
  keep?: (results: RunResults) => Promise<void>;
}

// Parts that change the data come last.
const partsInOrder: readonly [PartName, (bench: Bench) => Promise<void>][] = [
  ["size", sizeOnDisk],
  ["reads", reads],
  ["owners", owners],
  ["cold", cold],
  ["pending", pending],
  ["writes", writes],
  ["collecting", collecting],
  ["folding", folding],
  ["levels", levels],
  ["refresh", refresh],
  ["freshness", freshness],
  ["soak", soak],
  ["prune", prune],
];

/** Loads the data set into an empty database, sets everybody up, and measures the parts. */
export async function runBenchmarks(options: RunOptions): Promise<RunResults> {
  const { size, shape, parts, serverUrl } = options;
  await using database = await openTemporaryDatabase({
    purpose: "benchmark",
    serverUrl,
    settings: serverSettings(),
  });
  const { pool } = database;
  const measurements: Measurement[] = [];
  const plans: Explained[] = [];
  const record = (measurement: Measurement): void => void measurements.push(measurement);
  const loaded = await loadDataSet({ pool, size, shape });
  const installation = await install({ pool, size, record });
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
  const described = await describeRun(pool);
  const { absent, versions } = participants;
  const results: RunResults = {
    size,
    shape,
    ...described,
    versions: { ...described.versions, ...versions },
    absent,
    measurements,
    plans,
  };
  for (const [name, part] of partsInOrder) {
    if (!parts.has(name)) continue;
    await part(bench);
    await options.keep?.(results);
  }
  return results;
}
