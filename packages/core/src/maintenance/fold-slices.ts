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

/** Folds a batch of each slice of a cluster, on all servers at once. Returns how many changes that were; 0 when nothing is pending. */
export async function foldSlices({
  connection: { db, schema },
  concurrency,
  signal,
}: SlicesToFold): Promise<number> {
  const query = sql<{ folded: string }>`
    select ${sql.id(schema, "fold_slices")}(${batchSize}::int4, ${concurrency}::int4)::text as folded
  `.compile(db);
  return Number((await runStep({ db, query, signal })).folded);
}
