import type { LedgerRow } from "../ledger.ts";
import type { MigrationFile } from "../migration-file.ts";
import type { InstallationTarget } from "../migration-options.ts";
import type { FoundTable } from "./find-table.ts";
import type { PageViewsTable } from "./inspect-page-views.ts";
import type { InstalledSettings } from "./installed-settings.ts";

/** What is there before anything is written. */
export interface Installation {
  target: InstallationTarget;
  schemaExists: boolean;
  ledger: LedgerRow[];
  settings: InstalledSettings | undefined;
  pageViews: FoundTable & { details: PageViewsTable | undefined };
  accounts: FoundTable;
  /** Files of this library that the ledger does not have, in order. */
  pending: MigrationFile[];
}
