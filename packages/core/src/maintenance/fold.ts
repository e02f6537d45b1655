import type { FoldProgress, FoldResult } from "../contract/aggregation.ts";
import type { Connection } from "../database/connect.ts";
import { pause } from "../database/pause.ts";
import { allOrFailure } from "./all-or-failure.ts";
import { countBreakdowns } from "./breakdowns/count-breakdowns.ts";
import { type FoldedBatch, foldBatch, largestBatch } from "./fold-batch.ts";
import { foldSlices } from "./fold-slices.ts";
import { keepPartitions } from "./keep-partitions.ts";
import {
  hasUntil,
  isPending,
  queuesOfSlices,
  type YoungestChanges,
  youngestChanges,
  youngestIn,
} from "./pending-work.ts";

const pollIntervalMs = 50;

interface FoldCall {
  connection: Connection;
  concurrency?: number | undefined;
  onProgress?: ((progress: FoldProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Applies every change that is pending now to the rollups, and counts breakdowns again; waits for others who are folding them. */
export async function fold({
  connection,
  concurrency = 1,
  onProgress,
  signal,
}: FoldCall): Promise<FoldResult> {
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  const { distributed } = await connection.installation({ signal });
  if (!distributed) await keepPartitions({ connection, signal });

  const folded = { folded_changes: 0, batches: 0 };
  const note = (batch: FoldedBatch): void => {
    folded.folded_changes += batch.folded;
    folded.batches += 1;
    onProgress?.({ ...folded, elapsed_ms: elapsed() });
  };
  if (distributed) {
    await foldAllSlices({ connection, concurrency, note, signal });
    return { ...folded, duration_ms: elapsed() };
  }
  const youngest = await youngestChanges({ connection, signal });
  const work = { connection, youngest, concurrency, note, signal };
  await allOrFailure(Array.from({ length: concurrency }, () => foldUntil(work)));
  if (concurrency > 1) await foldHandedOn(work);
  await countBreakdowns({ connection, signal });
  return { ...folded, duration_ms: elapsed() };
}

// Changes that come in the meantime are left to the next call, as on one server: what is in a queue when all that was in those before it is
// folded, came of these.
async function foldAllSlices({
  connection,
  concurrency,
  note,
  signal,
}: Omit<WorkToFold, "youngest">): Promise<void> {
  for (const queue of queuesOfSlices) {
    const youngest = await youngestIn({ connection, queue, signal });
    if (youngest === null) continue;
    while (await hasUntil({ connection, queue, youngest, signal })) {
      const batch = await foldSlices({ connection, concurrency, signal });
      if (batch.folded > 0) note({ folded: batch.folded, limit: batch.folded });
      if (batch.taken === 0) return;
    }
  }
}

interface WorkToFold {
  connection: Connection;
  /** The last changes to fold: later ones are left to the next call, else a busy table would never let this one end. */
  youngest: YoungestChanges | null;
  concurrency: number;
  note: (batch: FoldedBatch) => void;
  signal?: AbortSignal | undefined;
}

async function foldUntil({
  connection,
  youngest,
  concurrency,
  note,
  signal,
}: WorkToFold): Promise<void> {
  let limit = largestBatch(concurrency);
  while (await isPending({ connection, signal, youngest })) {
    const batch = await foldBatch({ connection, signal, limit, concurrency });
    limit = batch.limit;
    if (batch.folded > 0) note(batch);
    else await pause({ milliseconds: pollIntervalMs, signal });
  }
}

/** What sessions of one share do to entries of another is handed on, and younger than all of them. */
async function foldHandedOn(work: WorkToFold): Promise<void> {
  const youngest = await youngestChanges(work);
  await foldUntil({
    ...work,
    concurrency: 1,
    youngest: youngest && { change: "0", entry: youngest.entry },
  });
}
