import { upCommand } from "../advice/up-command.ts";
import type { Installation } from "../inspection/installation.ts";
import { isNothing, pendingReport, pendingSentence } from "../inspection/pending-work.ts";
import { changeFile, changeName } from "../sql-source/change.ts";
import { changedRows, newerRow } from "../validation/check-ledger.ts";
import type { InstallationFault } from "./installation-fault.ts";

/** Where the ledger and this package disagree. */
export function ledgerFaults({
  ledger,
  pending,
  target,
  source,
}: Installation): InstallationFault[] {
  const { schema } = target;
  if (ledger.length === 0) {
    return [{ problem: `Nothing is installed in the schema "${schema}".`, fix: upCommand(schema) }];
  }
  const changed = changedRows(ledger, source).map((row) => ({
    problem: `${changeFile(row)} is not the file that was applied on ${row.applied_at}: its checksum differs.`,
    fix: `npm install @headcount/migrations@${row.library_version}`,
  }));
  const newer = newerRow(ledger, source);
  if (newer !== undefined) {
    const what = newer.kind === "change" ? changeName(newer) : newer.kind;
    return [
      ...changed,
      {
        problem: `The database has ${what} of @headcount/migrations ${newer.library_version}, which this package does not know.`,
        fix: "npm install @headcount/migrations@latest",
      },
    ];
  }
  // Until all is there, page views are not counted, or not as this package counts them.
  return isNothing(pending)
    ? changed
    : [
        ...changed,
        {
          problem: `Pending: ${pendingSentence(pendingReport(pending))}.`,
          fix: upCommand(schema),
        },
      ];
}
