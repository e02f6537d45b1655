import type { StoredLedgerRow } from "../ledger.ts";
import type { InstallationTarget } from "../migration-options.ts";
import type { RenderedSource } from "../sql-source/render-source.ts";
import type { SqlSource } from "../sql-source/sql-source.ts";
import type { ColumnNames } from "../sql-text/page-view-columns.ts";
import type { SqlPlaceholders } from "../sql-text/render-sql.ts";
import type { FoundTable } from "./find-table.ts";
import type { PageViewsTable } from "./inspect-page-views.ts";
import type { InstalledSettings } from "./installed-settings.ts";
import type { PendingWork } from "./pending-work.ts";

/** What is there before anything is written. */
export interface Installation {
  target: InstallationTarget;
  /** What is to be installed. */
  source: SqlSource;
  schemaExists: boolean;
  ledger: StoredLedgerRow[];
  /** The release that the functions are of; 0 when none are installed. */
  schemaVersion: number;
  settings: InstalledSettings | undefined;
  pageViews: FoundTable & { details: PageViewsTable | undefined };
  accounts: FoundTable;
  /** Which columns of page views hold ours: as installed, else as asked for. */
  columnNames: ColumnNames;
  /** What this library's SQL is rendered with here. */
  placeholders: SqlPlaceholders;
  rendered: RenderedSource;
  /** What the database does not have of this library. */
  pending: PendingWork;
}

/** The version of this package that the functions were applied by; null when none are installed. */
export function installedVersion({ ledger }: Pick<Installation, "ledger">): string | null {
  return ledger.find(({ kind }) => kind === "functions")?.library_version ?? null;
}
