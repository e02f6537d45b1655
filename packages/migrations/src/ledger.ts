import type { MigrationFile } from "./migration-file.ts";
import type { Connection } from "./session/connection.ts";
import { quoteIdentifier, quoteLiteral } from "./sql-text/quote.ts";

/** One row of headcount_migrations: a file that was applied. */
export interface LedgerRow {
  version: number;
  name: string;
  checksum: string;
  /** ISO 8601, UTC. */
  applied_at: string;
  /** The version of this package that applied it. */
  library_version: string;
}

const ledgerName = "headcount_migrations";

export async function readLedger(connection: Connection, schema: string): Promise<LedgerRow[]> {
  return connection.query<LedgerRow>(
    `select version, name, checksum, library_version,
       to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as applied_at
     from ${quoteIdentifier(schema)}.${ledgerName} order by version`,
  );
}

export function createLedgerSql(schema: string): string {
  return `create table if not exists ${quoteIdentifier(schema)}.${ledgerName} (
  version integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now(),
  library_version text not null
)`;
}

export function insertLedgerRowSql(
  schema: string,
  file: MigrationFile,
  libraryVersion: string,
): string {
  const values = [file.name, file.checksum, libraryVersion].map(quoteLiteral).join(", ");
  return `insert into ${quoteIdentifier(schema)}.${ledgerName} (version, name, checksum, library_version)
values (${file.version}, ${values})`;
}
