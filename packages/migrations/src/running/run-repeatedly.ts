import type { HistoryPhase } from "../migration-progress.ts";
import { cancelOnAbort } from "../session/cancel-on-abort.ts";
import { withPoolClient } from "../session/with-pool-client.ts";
import { type Change, changeFile, changeName } from "../sql-source/change.ts";
import { renderSql } from "../sql-text/render-sql.ts";
import { splitStatements } from "../sql-text/split-statements.ts";
import { inTransaction } from "./in-transaction.ts";
import { makeSlices } from "./make-slices.ts";
import { noteChange } from "./note-change.ts";
import type { RunContext } from "./run-context.ts";
import { runStatement } from "./run-parts.ts";
import { withLockRetries } from "./with-lock-retries.ts";

interface Step {
  /** Null while others read the rest of theirs. */
  phase: HistoryPhase | null;
  pageViews: number;
  done: boolean;
}

interface Run {
  change: Change;
  note: (step: Step) => void;
  /** Whether one of those who run it has failed: the others end with the transaction under way. */
  failed: boolean;
}

/**
 * Runs the change's one SELECT, a transaction each time, until it says that it is done: on several connections at the
 * same time where that was asked for.
 */
export async function runRepeatedly(change: Change, context: RunContext): Promise<void> {
  const { parallel, signal, source, connection, placeholders } = context;
  // on a cluster each slice reads in what it has
  if (source.isDistributed === true) await makeSlices(connection, placeholders);
  const run: Run = { change, note: historyNoted(context), failed: false };
  const works = [repeat(run, context)];
  if (parallel !== undefined) {
    const { pool, concurrency } = parallel;
    for (let nth = 2; nth <= concurrency; nth += 1) {
      works.push(
        withPoolClient(pool, (another) =>
          cancelOnAbort({ pool, connection: another, signal }, () =>
            repeat(run, { ...context, connection: another }),
          ),
        ),
      );
    }
  }
  // a failure is reported when all have ended: nothing is read in after it
  const failing = works.map((work) =>
    work.catch((error: unknown) => {
      run.failed = true;
      throw error;
    }),
  );
  const failure = (await Promise.allSettled(failing)).find(({ status }) => status === "rejected");
  if (failure?.status === "rejected") throw failure.reason;
  await withLockRetries(changeName(change), context, () =>
    inTransaction(context, () => noteChange(change, context)),
  );
}

async function repeat(run: Run, context: RunContext): Promise<void> {
  for (let done = false; !done && !run.failed; ) {
    const step = await withLockRetries(changeName(run.change), context, () =>
      inTransaction(context, () => runOnce(run.change, context)),
    );
    run.note(step);
    ({ done } = step);
  }
}

/** Reports how much was read in a phase, by all together. */
function historyNoted({ estimatedPageViews, onProgress }: RunContext): Run["note"] {
  let current: HistoryPhase | null = null;
  let start = performance.now();
  let endOfLast = start;
  let read = 0;
  return ({ phase, pageViews }) => {
    const now = performance.now();
    if (phase === null) return;
    if (phase !== current) {
      current = phase;
      start = endOfLast;
      read = 0;
    }
    endOfLast = now;
    read += pageViews;
    onProgress?.({
      kind: "history_read",
      phase,
      page_views: read,
      estimated_page_views: estimatedPageViews,
      duration_ms: Math.round(now - start),
    });
  };
}

async function runOnce(change: Change, context: RunContext): Promise<Step> {
  const part = {
    file: changeFile(change),
    line: 1,
    sql: renderSql(change.sql, context.placeholders),
  };
  const [statement] = splitStatements(part.sql);
  const [row] =
    statement === undefined
      ? []
      : await runStatement({ part, statement, connection: context.connection });
  if (row === undefined) throw new Error(`${part.file} answered without a row.`);
  return {
    phase: row["phase"] as HistoryPhase | null,
    pageViews: Number(row["page_views"]),
    done: row["done"] === true,
  };
}
