import { createLedgerSql, insertLedgerRowSql } from "../ledger.ts";
import type { MigrationFile } from "../migration-file.ts";
import { queryOne } from "../session/connection.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";
import type { RunContext } from "./run-context.ts";

/** Writes the ledger's row of a file that was applied, in the transaction that applied it. */
export async function noteFile(
  file: MigrationFile,
  { connection, placeholders, libraryVersion }: RunContext,
): Promise<void> {
  await connection.query(insertLedgerRowSql(placeholders.schema, file, libraryVersion));
}

/** Makes the schema and the ledger where they are missing: in the first file's transaction, to go if it fails. */
export async function prepareLedger({ connection, placeholders }: RunContext): Promise<void> {
  const { schema } = placeholders;
  // IF NOT EXISTS would still ask for the right to create schemas.
  const { exists } = await queryOne<{ exists: boolean }>(
    connection,
    "select exists (select from pg_namespace where nspname = $1) as exists",
    [schema],
  );
  if (!exists) await connection.query(`create schema ${quoteIdentifier(schema)}`);
  await connection.query(createLedgerSql(schema));
}
