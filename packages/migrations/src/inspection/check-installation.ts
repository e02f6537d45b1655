import { MigrationError } from "../migration-error.ts";
import type { Connection } from "../session/connection.ts";
import type { SqlSource } from "../sql-source/sql-source.ts";
import { quoteTableName } from "../sql-text/table-name.ts";
import { checkLedger } from "./check-ledger.ts";
import { checkNames } from "./check-names.ts";
import { checkSettings } from "./check-settings.ts";
import type { Installation } from "./installation.ts";
import { missingWritePrivileges, throwMissingPrivileges } from "./missing-privileges.ts";
import { pageViewsFaults } from "./page-views-faults.ts";
import { isNothing } from "./pending-work.ts";

/** Everything that can be known to go wrong is said before the first write. */
export async function checkInstallation(
  connection: Connection,
  installation: Installation,
  source: SqlSource,
): Promise<void> {
  await checkCompatibility(connection, installation, source);
  if (isNothing(installation.pending)) return;
  throwMissingPrivileges(await missingWritePrivileges(connection, installation));
}

/** The same but for privileges: for SQL that another role will run. */
export async function checkCompatibility(
  connection: Connection,
  installation: Installation,
  source: SqlSource,
): Promise<void> {
  checkLedger(installation.ledger, source);
  checkSettings(installation);
  if (isNothing(installation.pending)) return;
  checkSchemaOf("pageViews", installation);
  checkSchemaOf("accounts", installation);
  checkAdoption(installation);
  await checkNames(connection, installation, source);
}

/** Only the installation's own schema is created; another one that is not there is a slip of the pen. */
function checkSchemaOf(field: "pageViews" | "accounts", installation: Installation): void {
  const { table, schemaExists } = installation[field];
  if (schemaExists || table.schema === installation.target.schema) return;
  throw new MigrationError(
    "invalid_input",
    `${field} names the schema "${table.schema}", which does not exist: create it, or give another one.`,
    { field },
  );
}

function checkAdoption({ pageViews, target }: Installation): void {
  const { details, table } = pageViews;
  const faults = details === undefined ? [] : pageViewsFaults(details, target.schema);
  if (faults.length === 0) return;
  throw new MigrationError(
    "page_views_not_adoptable",
    `The table ${quoteTableName(table)} cannot be adopted as it is:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    { faults },
  );
}
