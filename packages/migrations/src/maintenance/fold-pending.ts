import { throwIfAborted } from "../session/aborted.ts";
import { queryOne } from "../session/connection.ts";
import { pause } from "../session/pause.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";
import { runStep } from "./run-step.ts";
import type { InstallationWork } from "./with-installation.ts";

const batchSize = 20_000;
const pollIntervalMs = 50;

export interface FoldedChanges {
  folded_changes: number;
  /** The transactions that had something to do. */
  batches: number;
  duration_ms: number;
}

interface FoldWork extends InstallationWork {
  /** Called after each batch. */
  onProgress: (progress: FoldedChanges) => void;
}

/** Folds every change that is pending now; waits for another who is folding them. */
export async function foldPending({
  connection,
  schema,
  signal,
  onProgress,
}: FoldWork): Promise<FoldedChanges> {
  const startedAt = performance.now();
  const folding = { folded_changes: 0, batches: 0 };
  const soFar = (): FoldedChanges => ({
    ...folding,
    duration_ms: Math.round(performance.now() - startedAt),
  });
  const quoted = quoteIdentifier(schema);
  // in any of the three queues
  const { change, entry } = await queryOne<{ change: string | null; entry: string | null }>(
    connection,
    `select
      (
        select max(q.change_id)::text from (
          select change_id from ${quoted}.page_view_changes
          union all
          select change_id from ${quoted}.session_changes
        ) q
      ) as change,
      (select max(change_id)::text from ${quoted}.entry_changes) as entry`,
  );
  const isPending = async (): Promise<boolean> => {
    throwIfAborted(signal);
    // Nothing is older than no change at all.
    const { pending } = await queryOne<{ pending: boolean }>(
      connection,
      `select
        exists (select 1 from ${quoted}.page_view_changes where change_id <= $1)
        or exists (select 1 from ${quoted}.session_changes where change_id <= $1)
        or exists (select 1 from ${quoted}.entry_changes where change_id <= $2) as pending`,
      [change, entry],
    );
    return pending;
  };
  // Views that arrive in the meantime are left to the next run: else a busy table would never let this one end.
  while (await isPending()) {
    const { folded } = await runStep<{ folded: number }>({
      connection,
      signal,
      text: `select ${quoted}.fold_page_view_changes($1) as folded`,
      values: [batchSize],
    });
    if (folded === 0) {
      await pause(pollIntervalMs, signal);
      continue;
    }
    folding.folded_changes += folded;
    folding.batches += 1;
    onProgress(soFar());
  }
  return soFar();
}
