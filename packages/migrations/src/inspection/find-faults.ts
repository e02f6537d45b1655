import type { MigrationFile } from "../migration-file.ts";
import type { Connection } from "../session/connection.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";
import type { Installation } from "./installation.ts";
import type { InstallationFault } from "./installation-fault.ts";
import { ledgerFaults } from "./ledger-faults.ts";
import { objectFaults } from "./object-faults.ts";
import { readCaptureFaults } from "./read-analytics-status.ts";

/** Whatever differs from what the applied files made. */
export async function findFaults(
  connection: Connection,
  { target, ledger, settings }: Installation,
  files: readonly MigrationFile[],
): Promise<InstallationFault[]> {
  const faults = ledgerFaults(ledger, files, target.schema);
  if (settings === undefined) return faults;
  const { pageViews, historyComplete } = settings;
  const schema = quoteIdentifier(target.schema);
  if (pageViews === undefined) {
    return [
      ...faults,
      {
        problem: "The table of page views was dropped, and the triggers with it.",
        mend: `DROP the objects in ${schema} as docs/installing.md says, and install again.`,
      },
    ];
  }
  if (!historyComplete && ledger.some((row) => row.name === "history")) {
    faults.push({
      problem: "The page views from before the installation are not all in the rollups.",
      // nothing is left of the files that read them in, and a rebuild waits for those
      mend: `UPDATE ${schema}.analytics_settings SET history_complete = true; SELECT ${schema}.aggregate_page_views(NULL, NULL);`,
    });
  }
  return [
    ...faults,
    ...(await readCaptureFaults(connection, target.schema)),
    ...(await objectFaults(connection, { schema: target.schema, pageViews, ledger })),
  ];
}
