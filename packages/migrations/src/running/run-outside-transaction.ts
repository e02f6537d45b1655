import { indexNamesOf } from "../inspection/index-names.ts";
import { type Change, changeFile, changeName } from "../sql-source/change.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";
import { renderSql } from "../sql-text/render-sql.ts";
import { inTransaction } from "./in-transaction.ts";
import { noteChange } from "./note-change.ts";
import type { RunContext } from "./run-context.ts";
import { runParts } from "./run-parts.ts";
import { withLockRetries } from "./with-lock-retries.ts";

/** Applies a file whose statements cannot run in a transaction; each of them may be run again. */
export async function runOutsideTransaction(change: Change, context: RunContext): Promise<void> {
  const { placeholders, connection } = context;
  await withLockRetries(changeName(change), context, async () => {
    // A concurrent build makes nobody wait, and waits itself for every transaction that is older.
    const timeout = placeholders.concurrently ? 0 : context.lockTimeoutMs;
    await connection.query(`set lock_timeout to ${timeout}`);
    await dropInvalidIndexes(change, context);
    const sql = renderSql(change.sql, placeholders);
    await runParts([{ file: changeFile(change), line: 1, sql }], context);
  });
  await withLockRetries(changeName(change), context, () =>
    inTransaction(context, () => noteChange(change, context)),
  );
}

/** An index build that was interrupted leaves an index behind that is never used, and that IF NOT EXISTS sees. */
async function dropInvalidIndexes(
  change: Change,
  { connection, placeholders }: RunContext,
): Promise<void> {
  const { pageViews, concurrently } = placeholders;
  const leftovers = await connection.query<{ name: string }>(
    `select c.relname::text as name
     from pg_index i join pg_class c on c.oid = i.indexrelid
     join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
     where not i.indisvalid and n.nspname = $1 and t.relname = $2 and c.relname = any ($3::text[])`,
    [pageViews.schema, pageViews.name, indexNamesOf([change])],
  );
  for (const { name } of leftovers) {
    const index = `${quoteIdentifier(pageViews.schema)}.${quoteIdentifier(name)}`;
    await connection.query(`drop index ${concurrently ? "concurrently" : ""} if exists ${index}`);
  }
}
