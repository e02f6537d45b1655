import { schemaOption } from "../advice/up-command.ts";
import type { Installation } from "../inspection/installation.ts";
import type { Connection } from "../session/connection.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";
import { grantFaults } from "./grant-faults.ts";
import type { InstallationFault } from "./installation-fault.ts";
import { ledgerFaults } from "./ledger-faults.ts";
import { objectFaults } from "./object-faults.ts";
import { readCaptureFaults } from "./read-capture-faults.ts";
import { rowSecurityFaults } from "./row-security-faults.ts";

/** Whatever differs from what was applied. */
export async function findFaults(
  connection: Connection,
  installation: Installation,
): Promise<InstallationFault[]> {
  const { target, ledger, settings } = installation;
  const faults = ledgerFaults(installation);
  if (settings === undefined) return faults;
  const { pageViews, historyComplete } = settings;
  const schema = quoteIdentifier(target.schema);
  if (pageViews === undefined) {
    return [
      ...faults,
      {
        problem: "The table of page views was dropped, and the triggers with it.",
        fix: `npx @headcount/migrations uninstall${schemaOption(target.schema)}`,
      },
    ];
  }
  if (!historyComplete && ledger.some((row) => row.name === "history")) {
    faults.push({
      problem: "The page views from before the installation are not all in the rollups.",
      // nothing is left of the files that read them in, and a rebuild waits for those
      fix: `UPDATE ${schema}.analytics_settings SET history_complete = true; SELECT ${schema}.aggregate_page_views(NULL, NULL);`,
    });
  }
  return [
    ...faults,
    // first what triggers need
    ...(installation.source.isDistributed === true
      ? []
      : await objectFaults({ connection, installation, pageViews })),
    ...(await readCaptureFaults(connection, target.schema)),
    ...(await grantFaults(connection, target.schema, installation.source)),
    ...(await rowSecurityFaults(connection, target.schema)),
  ];
}
