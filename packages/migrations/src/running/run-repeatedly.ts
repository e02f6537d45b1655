import type { HistoryPhase } from "../migration-progress.ts";
import { type Change, changeFile, changeName } from "../sql-source/change.ts";
import { renderSql } from "../sql-text/render-sql.ts";
import { splitStatements } from "../sql-text/split-statements.ts";
import { inTransaction } from "./in-transaction.ts";
import { noteChange } from "./note-change.ts";
import type { RunContext } from "./run-context.ts";
import { runStatement } from "./run-parts.ts";
import { withLockRetries } from "./with-lock-retries.ts";

interface Step {
  phase: HistoryPhase;
  pageViews: number;
  done: boolean;
}

/** Runs the change's one SELECT, a transaction each time, until it says that it is done. */
export async function runRepeatedly(change: Change, context: RunContext): Promise<void> {
  const { estimatedPageViews, onProgress } = context;
  let phase: HistoryPhase | null = null;
  let start = 0;
  let pageViews = 0;
  for (let done = false; !done; ) {
    const stepStart = performance.now();
    const step = await withLockRetries(changeName(change), context, () =>
      inTransaction(context, () => runOnce(change, context)),
    );
    if (step.phase !== phase) {
      ({ phase } = step);
      start = stepStart;
      pageViews = 0;
    }
    ({ done } = step);
    pageViews += step.pageViews;
    onProgress?.({
      kind: "history_read",
      phase,
      page_views: pageViews,
      estimated_page_views: estimatedPageViews,
      duration_ms: Math.round(performance.now() - start),
    });
  }
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
  const done = row["done"] === true;
  if (done) await noteChange(change, context);
  return {
    phase: row["phase"] === "sessions" ? "sessions" : "entities",
    pageViews: Number(row["page_views"]),
    done,
  };
}
