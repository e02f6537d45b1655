import type { Installation } from "../inspection/installation.ts";
import {
  missingWritePrivileges,
  throwMissingPrivileges,
} from "../inspection/missing-privileges.ts";
import { isNothing } from "../inspection/pending-work.ts";
import { MigrationError } from "../migration-error.ts";
import type { Connection } from "../session/connection.ts";
import { quoteTableName } from "../sql-text/quote.ts";
import { checkLedger } from "./check-ledger.ts";
import { checkNamed } from "./check-named.ts";
import { checkNames } from "./check-names.ts";
import { checkSettings } from "./check-settings.ts";
import { distributionFaults } from "./distribution-faults.ts";
import { pageViewsFaults } from "./page-views-faults.ts";

/** Everything that can be known to go wrong is said before the first write. */
export async function assertInstallable(
  connection: Connection,
  installation: Installation,
): Promise<void> {
  await assertCompatible(connection, installation);
  if (isNothing(installation.pending)) return;
  throwMissingPrivileges(await missingWritePrivileges(connection, installation));
}

/** The same without privileges: for SQL that another role will run. */
export async function assertCompatible(
  connection: Connection,
  installation: Installation,
): Promise<void> {
  checkLedger(installation.ledger, installation.source);
  checkSettings(installation);
  if (isNothing(installation.pending)) return;
  await checkNamed(connection, installation);
  await checkAdoption(connection, installation);
  await checkNames(connection, installation);
}

async function checkAdoption(connection: Connection, installation: Installation): Promise<void> {
  const { pageViews } = installation;
  const { details, table } = pageViews;
  const faults = [
    ...(details === undefined ? [] : pageViewsFaults(details, installation)),
    ...(await distributionFaults(connection, installation)),
  ];
  if (faults.length === 0) return;
  throw new MigrationError(
    "page_views_not_adoptable",
    `The table ${quoteTableName(table)} cannot be adopted as it is:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    { faults },
  );
}
