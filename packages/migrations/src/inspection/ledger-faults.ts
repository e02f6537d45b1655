import type { LedgerRow } from "../ledger.ts";
import { type MigrationFile, migrationFileName } from "../migration-file.ts";
import { changedFiles } from "./check-ledger.ts";
import type { InstallationFault } from "./installation-fault.ts";
import { upCommand } from "./up-command.ts";

/** Where the ledger and the files of this package disagree. */
export function ledgerFaults(
  ledger: readonly LedgerRow[],
  files: readonly MigrationFile[],
  schema: string,
): InstallationFault[] {
  const up = upCommand(schema);
  if (ledger.length === 0) {
    return [{ problem: `Nothing is installed in the schema "${schema}".`, mend: up }];
  }
  const applied = new Set(ledger.map((row) => row.version));
  const known = new Set(files.map((file) => file.version));
  const newest = Math.max(...applied);
  const changed = changedFiles(ledger, files).map((row) => ({
    problem: `${migrationFileName(row)} is not the file that was applied on ${row.applied_at}: its checksum differs.`,
    mend: `npm install @headcount/migrations@${row.library_version}`,
  }));
  const unknown = ledger
    .filter((row) => !known.has(row.version))
    .map((row) => ({
      problem: `The database has version ${row.version} (${row.name}), which this package does not know.`,
      mend: "npm install @headcount/migrations@latest",
    }));
  const leftOut = files
    .filter((file) => file.version < newest && !applied.has(file.version))
    .map((file) => ({
      problem: `${migrationFileName(file)} was left out, though later files were applied.`,
      mend: up,
    }));
  const pending = files.filter((file) => file.version > newest);
  return [...changed, ...unknown, ...leftOut, ...pendingFault(pending, up)];
}

/** Until all is there, page views are not counted, or not as this package counts them. */
function pendingFault(
  [first, ...others]: readonly MigrationFile[],
  up: string,
): InstallationFault[] {
  if (first === undefined) return [];
  const also = others.length === 0 ? "" : ` and ${others.length} later`;
  return [{ problem: `Pending: ${migrationFileName(first)}${also}.`, mend: up }];
}
