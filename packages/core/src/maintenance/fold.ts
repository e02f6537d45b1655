import type { FoldResult } from "../contract/aggregation.ts";
import type { Connection } from "../database/connect.ts";
import { pause } from "../database/pause.ts";
import { batchSize, foldBatch } from "./fold-batch.ts";
import { isPending, youngestChanges } from "./pending-work.ts";

const pollIntervalMs = 50;

interface FoldCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

/** Applies every change that is pending now to the rollups; waits for others who are folding them. */
export async function fold({ connection, signal }: FoldCall): Promise<FoldResult> {
  const startedAt = performance.now();
  await connection.installation({ signal });

  let folded_changes = 0;
  let batches = 0;
  let limit = batchSize;
  const youngest = await youngestChanges({ connection, signal });
  // Views that arrive in the meantime are left to the next call: else a busy table would never let this one end.
  while (await isPending({ connection, signal, youngest })) {
    const batch = await foldBatch({ connection, signal, limit, parallel: false });
    limit = batch.limit;
    folded_changes += batch.folded;
    if (batch.taken > 0) batches += 1;
    else await pause({ milliseconds: pollIntervalMs, signal });
  }
  return { folded_changes, batches, duration_ms: Math.round(performance.now() - startedAt) };
}
