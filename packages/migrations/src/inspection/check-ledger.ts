import type { LedgerRow } from "../ledger.ts";
import { MigrationError } from "../migration-error.ts";
import { type MigrationFile, migrationFileName } from "../migration-file.ts";

/** @throws {MigrationError} `schema_newer_than_library` or `checksum_mismatch` */
export function checkLedger(ledger: readonly LedgerRow[], files: readonly MigrationFile[]): void {
  const newest = ledger.at(-1)?.version ?? 0;
  const newestKnown = files.at(-1)?.version ?? 0;
  if (newest > newestKnown) {
    throw new MigrationError(
      "schema_newer_than_library",
      `The database is at schema version ${newest} and this @headcount/migrations knows versions up to ${newestKnown}: update the package.`,
      { installed_version: newest, library_version: newestKnown },
    );
  }
  const changed = changedFiles(ledger, files)[0];
  if (changed === undefined) return;
  const file = migrationFileName(changed);
  throw new MigrationError(
    "checksum_mismatch",
    `The file ${file} is not the one that was applied on ${changed.applied_at}: its checksum differs. Released files never change; restore it and write a new one.`,
    { file },
  );
}

/** Ledger rows whose file has another text now, or another name. */
export function changedFiles(
  ledger: readonly LedgerRow[],
  files: readonly MigrationFile[],
): LedgerRow[] {
  const known = new Map(files.map((file) => [file.version, file]));
  return ledger.filter((row) => {
    const file = known.get(row.version);
    return file !== undefined && (file.checksum !== row.checksum || file.name !== row.name);
  });
}
