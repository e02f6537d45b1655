import type { MigrationFile } from "../migration-file.ts";
import type { HistoryPhase } from "../migration-progress.ts";
import { renderSql } from "../sql-text/render-sql.ts";
import { splitStatements } from "../sql-text/split-statements.ts";
import { inTransaction } from "./in-transaction.ts";
import { noteFile, prepareLedger } from "./note-file.ts";
import type { RunContext } from "./run-context.ts";
import { runStatement } from "./run-statements.ts";
import { withLockRetries } from "./with-lock-retries.ts";

interface Step {
  phase: HistoryPhase;
  pageViews: number;
  done: boolean;
}

/** Runs the file's one SELECT, a transaction each time, until it says that it is done. */
export async function runRepeatedly(file: MigrationFile, context: RunContext): Promise<void> {
  const { estimatedPageViews, onProgress } = context;
  let phase: HistoryPhase | null = null;
  let start = 0;
  let pageViews = 0;
  for (let done = false; !done; ) {
    const stepStart = performance.now();
    const step = await withLockRetries(file, context, () =>
      inTransaction(context, () => runStep(file, context)),
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

async function runStep(file: MigrationFile, context: RunContext): Promise<Step> {
  const [statement] = splitStatements(renderSql(file.sql, context.placeholders));
  const [row] = statement === undefined ? [] : await runStatement(file, statement, context);
  if (row === undefined) throw new Error(`The repeated file ${file.name} answered without a row.`);
  const done = row["done"] === true;
  if (done) {
    await prepareLedger(context);
    await noteFile(file, context);
  }
  return {
    phase: row["phase"] === "sessions" ? "sessions" : "entities",
    pageViews: Number(row["page_views"]),
    done,
  };
}
