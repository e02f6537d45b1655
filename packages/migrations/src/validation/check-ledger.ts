import type { StoredLedgerRow } from "../ledger.ts";
import { MigrationError } from "../migration-error.ts";
import { changeFile } from "../sql-source/change.ts";
import { checksum, checksumOfParts } from "../sql-source/checksum.ts";
import type { SqlSource } from "../sql-source/sql-source.ts";

/** @throws {MigrationError} `schema_newer_than_library` or `checksum_mismatch` */
export function checkLedger(ledger: readonly StoredLedgerRow[], source: SqlSource): void {
  const newer = newerRow(ledger, source);
  if (newer !== undefined) {
    throw new MigrationError(
      "schema_newer_than_library",
      `The database was brought up to date by @headcount/migrations ${newer.library_version}, and this is ${source.libraryVersion}: update the package.`,
      { installed_version: newer.library_version, library_version: source.libraryVersion },
    );
  }
  const changed = changedRows(ledger, source)[0];
  if (changed === undefined) return;
  const file = changeFile(changed);
  throw new MigrationError(
    "checksum_mismatch",
    `The file ${file} is not the one that was applied on ${changed.applied_at}: its checksum differs. Released changes stay as they are; restore it and write a new one.`,
    { file },
  );
}

/** A row of a later release than this source, which knows nothing of it. */
export function newerRow(
  ledger: readonly StoredLedgerRow[],
  source: SqlSource,
): StoredLedgerRow | undefined {
  const newest = source.changes.at(-1)?.version ?? 0;
  const checksums = {
    functions: checksumOfParts(source.functions),
    attachments: checksumOfParts(source.attachments),
  };
  return ledger.find((row) =>
    row.kind === "change"
      ? row.version > newest
      : row.version > source.release && row.checksum !== checksums[row.kind],
  );
}

/** Rows of changes that have another text now, or another name. */
export function changedRows(
  ledger: readonly StoredLedgerRow[],
  source: SqlSource,
): StoredLedgerRow[] {
  const known = new Map(source.changes.map((change) => [change.version, change]));
  return ledger.filter((row) => {
    const change = row.kind === "change" ? known.get(row.version) : undefined;
    return (
      change !== undefined && (checksum(change.sql) !== row.checksum || change.name !== row.name)
    );
  });
}
