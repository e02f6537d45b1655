import { findSource } from "./inspection/find-source.ts";
import { inspectInstallation } from "./inspection/inspect-installation.ts";
import { installedVersion } from "./inspection/installation.ts";
import { type PendingReport, pendingReport } from "./inspection/pending-work.ts";
import type { InstallationOptions } from "./migration-options.ts";
import { parseTarget } from "./parse-target.ts";
import { withPoolClient } from "./session/with-pool-client.ts";
import { librarySource } from "./sql-source/library-source.ts";
import { quoteTableName } from "./sql-text/quote.ts";
import { assertInstallable } from "./validation/assert-installable.ts";
import { missingAccountColumns } from "./validation/missing-account-columns.ts";
import { addedColumns } from "./validation/page-views-faults.ts";
import { pageViewsNotes } from "./validation/page-views-notes.ts";

export interface MigrationPlan {
  schema: string;
  creates_schema: boolean;
  time_zone: string;
  /** The version of this package that the database was brought up to date by; null when nothing is installed. */
  installed_version: string | null;
  /** That of this package. */
  library_version: string;
  /** What `migrate` would apply now. */
  pending: PendingReport;
  page_views: {
    /** Quoted and qualified: `"public"."page_views"`. */
    table: string;
    /** False: it will be created. */
    exists: boolean;
    adds_columns: string[];
    /** Whether its indexes are built while writers go on. */
    builds_indexes_concurrently: boolean;
    /** What else it will meet there, a sentence each; empty for what is installed. */
    notes: string[];
    /** Page views to be read in; null when Postgres has no estimate. */
    estimated_history: number | null;
  };
  accounts: {
    table: string;
    exists: boolean;
    /** When the table is missing, or any of these columns, `analytics_accounts` will be an empty view. */
    lacks_columns: string[];
  };
}

/**
 * What {@link migrate} would do, after the same checks. Writes nothing.
 *
 * @throws {MigrationError}
 * @example
 * const plan = await planMigrations({ pool });
 * plan.pending //=> { changes: ["0001_page_views", ...], functions: true, attachments: true }
 */
export async function planMigrations(options: InstallationOptions): Promise<MigrationPlan> {
  const target = parseTarget(options);
  return withPoolClient(options.pool, async (connection) => {
    const installation = await inspectInstallation({
      connection,
      target,
      source: await findSource(connection, target.schema),
    });
    await assertInstallable(connection, installation);
    const { schemaExists, settings, pending, pageViews, accounts, placeholders, columnNames } =
      installation;
    return {
      schema: target.schema,
      creates_schema: !schemaExists,
      time_zone: placeholders.timeZone,
      installed_version: installedVersion(installation),
      library_version: librarySource.libraryVersion,
      pending: pendingReport(pending),
      page_views: {
        table: quoteTableName(pageViews.table),
        exists: pageViews.exists,
        adds_columns:
          pageViews.details === undefined ? [] : addedColumns(pageViews.details, columnNames),
        builds_indexes_concurrently: placeholders.concurrently,
        notes: settings === undefined ? await pageViewsNotes(connection, installation) : [],
        estimated_history: pageViews.exists ? (pageViews.details?.estimatedRows ?? null) : 0,
      },
      accounts: {
        table: quoteTableName(accounts.table),
        exists: accounts.exists,
        lacks_columns: accounts.exists
          ? await missingAccountColumns(connection, accounts.table)
          : [],
      },
    };
  });
}
