import { indexNamesOf } from "../inspection/index-names.ts";
import type { MigrationFile } from "../migration-file.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";
import { inTransaction } from "./in-transaction.ts";
import { noteFile, prepareLedger } from "./note-file.ts";
import type { RunContext } from "./run-context.ts";
import { runStatements } from "./run-statements.ts";
import { withLockRetries } from "./with-lock-retries.ts";

/** Applies a file whose statements cannot run in a transaction; each of them may be run again. */
export async function runOutsideTransaction(
  file: MigrationFile,
  context: RunContext,
): Promise<void> {
  const { placeholders, connection } = context;
  await withLockRetries(file, context, async () => {
    // A concurrent build makes nobody wait, and waits itself for every transaction that is older.
    const timeout = placeholders.concurrently ? 0 : context.lockTimeoutMs;
    await connection.query(`set lock_timeout to ${timeout}`);
    await dropInvalidIndexes(file, context);
    await runStatements(file, context);
  });
  await withLockRetries(file, context, () =>
    inTransaction(context, async () => {
      await prepareLedger(context);
      await noteFile(file, context);
    }),
  );
}

/** An index build that was interrupted leaves an index behind that is never used, and that IF NOT EXISTS sees. */
async function dropInvalidIndexes(
  file: MigrationFile,
  { connection, placeholders }: RunContext,
): Promise<void> {
  const { pageViews, concurrently } = placeholders;
  const leftovers = await connection.query<{ name: string }>(
    `select c.relname::text as name
     from pg_index i join pg_class c on c.oid = i.indexrelid
     join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
     where not i.indisvalid and n.nspname = $1 and t.relname = $2 and c.relname = any ($3::text[])`,
    [pageViews.schema, pageViews.name, indexNamesOf([file])],
  );
  for (const { name } of leftovers) {
    const index = `${quoteIdentifier(pageViews.schema)}.${quoteIdentifier(name)}`;
    await connection.query(`drop index ${concurrently ? "concurrently" : ""} if exists ${index}`);
  }
}
