import { sql } from "kysely";
import type { FoldResult } from "../contract/aggregation.ts";
import type { Connection } from "../database/connect.ts";
import { pause } from "../database/pause.ts";
import { runQuery } from "../database/run-query.ts";
import { batchSize, foldBatch } from "./fold-batch.ts";
import { newestChange } from "./newest-change.ts";

const pollInterval = 50;

interface FoldCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

/** Applies every change that is pending now to the rollups; waits for another who is folding them. */
export async function fold({ connection, signal }: FoldCall): Promise<FoldResult> {
  const startedAt = performance.now();
  await connection.installation({ signal });

  let folded_changes = 0;
  let batches = 0;
  let limit = batchSize;
  const newest = await newestChange({ connection, signal });
  while (await isPending({ connection, signal, newest })) {
    const batch = await foldBatch({ connection, signal, limit });
    limit = batch.limit;
    folded_changes += batch.folded;
    if (batch.folded > 0) batches += 1;
    else await pause({ milliseconds: pollInterval, signal });
  }
  return { folded_changes, batches, duration_ms: Math.round(performance.now() - startedAt) };
}

// Views that arrive meanwhile are left to the next call: else a busy table would never let this one end.
async function isPending({
  connection: { db },
  signal,
  newest,
}: FoldCall & { newest: string | null }): Promise<boolean> {
  if (newest === null) return false;
  const query = db
    .selectFrom("page_view_changes")
    .select(sql<number>`1::int4`.as("found"))
    .where("change_id", "<=", newest)
    .limit(1)
    .compile();
  return (await runQuery({ db, query, signal })).length > 0;
}
