import type { PairedPartName } from "../results/measurement.ts";
import type { RunResults } from "../results/run-results.ts";
import { describeRun } from "../server/describe-run.ts";
import { capture } from "./capture.ts";
import { extremes } from "./extremes.ts";
import { folders } from "./folders.ts";
import { folding } from "./folding.ts";
import { hostQueries } from "./host-queries.ts";
import { openPair, type PairOptions } from "./open-pair.ts";
import { openServer } from "./open-server.ts";
import type { Pair } from "./pair.ts";
import { pending } from "./pending.ts";
import { reads } from "./reads.ts";
import { size as sizeOnDisk } from "./size.ts";
import { soak } from "./soak.ts";

export interface PairedOptions extends PairOptions {
  parts: ReadonlySet<PairedPartName>;
  /** The name of the other checkout. */
  against: string;
  /** Of a server of one's own; without it, one is started. */
  serverUrl: string | undefined;
  /** Is given what was measured so far after each part: a long run that breaks loses one. */
  keep?: (results: RunResults) => Promise<void>;
}

// Parts that change the data come last.
const partsInOrder: readonly [PairedPartName, (pair: Pair) => Promise<void>][] = [
  ["size", (pair) => sizeOnDisk(pair, "fresh")],
  ["reads", reads],
  ["host-queries", hostQueries],
  ["pending", pending],
  ["folding", (pair) => folding(pair, "folding")],
  ["extremes", extremes],
  ["folders", folders],
  ["soak", soak],
  ["capture", capture],
];

/** Installs two checkouts beside copies of the same page views on one server, and measures both in turns. */
export async function runPaired(options: PairedOptions): Promise<RunResults> {
  const { size, shape, against, parts } = options;
  await using server = await openServer(options.serverUrl);
  const measurements: RunResults["measurements"] = [];
  const record = (measurement: (typeof measurements)[number]): void =>
    void measurements.push(measurement);
  let results: RunResults | undefined;

  for (const partitioned of parts.has("partitions") ? [false, true] : [false]) {
    await using pair = await openPair(options, { server, partitioned, record });
    const described = await describeRun(pair.sides[1].pool);
    results ??= { size, shape, against, ...described, absent: {}, measurements, plans: [] };
    if (partitioned) await folding(pair, "partitions");
    for (const [name, part] of partitioned ? [] : partsInOrder) {
      if (!parts.has(name)) continue;
      await part(pair);
      await options.keep?.(results);
    }
  }
  if (results === undefined) throw new Error("Nothing was measured.");
  await options.keep?.(results);
  return results;
}
