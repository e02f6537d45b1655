import { sql } from "kysely";
import type { Connection } from "../database/connect.ts";
import { runStep } from "./run-step.ts";

interface SlicesToFold {
  connection: Connection;
  /** On how many connections each server folds at the same time. */
  concurrency: number;
  signal?: AbortSignal | undefined;
}

/** The most changes that one transaction of a slice folds. */
const batchSize = 20_000;

export interface FoldedSlices {
  /** How many changes of page views. */
  folded: number;
  /** With those that slices hand on to each other; 0 when nothing is pending. */
  taken: number;
}

/** Folds a batch of each slice of a cluster, on all servers at once. */
export async function foldSlices({
  connection: { db, schema },
  concurrency,
  signal,
}: SlicesToFold): Promise<FoldedSlices> {
  const query = sql<{ folded: string; taken: string }>`
    select f.folded::text as folded, f.taken::text as taken
    from ${sql.id(schema, "fold_slices")}(${batchSize}::int4, ${concurrency}::int4) f
  `.compile(db);
  const { folded, taken } = await runStep({ db, query, signal });
  return { folded: Number(folded), taken: Number(taken) };
}
