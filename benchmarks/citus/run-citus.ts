import type { Pool } from "pg";
import type { TrafficShape } from "../../testing/traffic/traffic-shape.ts";
import type { CitusPartName, Measurement } from "../results/measurement.ts";
import type { RunResults } from "../results/run-results.ts";
import { describeRun } from "../server/describe-run.ts";
import type { Cluster } from "./cluster.ts";
import { equality } from "./equality.ts";
import { folding } from "./folding.ts";
import { reads } from "./reads.ts";
import { openSides } from "./sides.ts";
import { writes } from "./writes.ts";

export interface CitusOptions {
  /** Of the coordinator, as a superuser. */
  coordinatorUrl: string;
  /** How many page views. */
  size: number;
  shape: TrafficShape;
  /** How often each question is asked. */
  runs: number;
  parts: ReadonlySet<CitusPartName>;
  /** Is given what was measured so far after each part: a long run that breaks loses one. */
  keep?: (results: RunResults) => Promise<void>;
}

// Parts that change the data come last.
const partsInOrder: readonly [CitusPartName, (cluster: Cluster) => Promise<void>][] = [
  ["equality", equality],
  ["reads", reads],
  ["folding", folding],
  ["writes", writes],
];

/** Installs Headcount on one Postgres, on one worker of a cluster and on all of them, and measures the parts. */
export async function runCitus(options: CitusOptions): Promise<RunResults> {
  const { size, shape, runs, parts } = options;
  await using opened = await openSides(options);
  const { sides, loaded } = opened;
  const measurements: Measurement[] = [];
  let nextRow = size + 1;
  const cluster: Cluster = {
    size,
    shape,
    runs,
    sides,
    loaded,
    takeRows: (count) => (nextRow += count) - count,
    record: (measurement) => void measurements.push(measurement),
  };
  const [postgres, , all] = sides;
  const described = await describeRun(postgres.pool);
  const { workers, version } = await describeCluster(all.pool);
  const results: RunResults = {
    size,
    shape,
    workers,
    ...described,
    versions: { ...described.versions, Citus: version },
    absent: {},
    measurements,
    plans: [],
  };
  for (const [name, part] of partsInOrder) {
    if (!parts.has(name)) continue;
    await part(cluster);
    await options.keep?.(results);
  }
  return results;
}

async function describeCluster(pool: Pool): Promise<{ workers: number; version: string }> {
  const { rows } = await pool.query<{ workers: number; version: string }>(
    `select count(*)::integer as workers, (regexp_match(citus_version(), '[0-9.]+'))[1] as version
     from pg_dist_node where shouldhaveshards`,
  );
  return rows[0] ?? { workers: 0, version: "unknown" };
}
