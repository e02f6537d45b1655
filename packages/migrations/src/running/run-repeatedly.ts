import type { MigrationFile } from "../migration-file.ts";
import { quoteLiteral } from "../sql-text/quote.ts";
import { renderSql } from "../sql-text/render-sql.ts";
import { splitStatements } from "../sql-text/split-statements.ts";
import { inTransaction } from "./in-transaction.ts";
import { noteFile, prepareLedger } from "./note-file.ts";
import type { RunContext } from "./run-context.ts";
import { runStatement } from "./run-statements.ts";
import { withLockRetries } from "./with-lock-retries.ts";

interface Step {
  pageViews: number;
  done: boolean;
  /** SQL of the place where the next step goes on. */
  after: string;
}

/** Runs the file's one SELECT, a transaction each time, until it says that it is done. */
export async function runRepeatedly(file: MigrationFile, context: RunContext): Promise<void> {
  const { estimatedPageViews, onProgress } = context;
  const start = performance.now();
  let pageViews = 0;
  let after = "NULL";
  for (let done = false; !done; ) {
    const step = await withLockRetries(file, context, () =>
      inTransaction(context, () => runStep(file, context, after)),
    );
    ({ after, done } = step);
    pageViews += step.pageViews;
    onProgress?.({
      kind: "history_read",
      page_views: pageViews,
      estimated_page_views: estimatedPageViews,
      duration_ms: Math.round(performance.now() - start),
    });
  }
}

async function runStep(file: MigrationFile, context: RunContext, after: string): Promise<Step> {
  const [statement] = splitStatements(renderSql(file.sql, context.placeholders, after));
  const [row] = statement === undefined ? [] : await runStatement(file, statement, context);
  if (row === undefined) throw new Error(`The repeated file ${file.name} answered without a row.`);
  const done = row["done"] === true;
  if (done) {
    await prepareLedger(context);
    await noteFile(file, context);
  }
  return { pageViews: Number(row["page_views"]), done, after: jsonLiteral(row["after"]) };
}

/** Drivers parse jsonb, unless their host told them not to. */
function jsonLiteral(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  return quoteLiteral(typeof value === "string" ? value : JSON.stringify(value));
}
