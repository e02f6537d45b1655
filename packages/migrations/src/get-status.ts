import { findSource } from "./inspection/find-source.ts";
import { inspectInstallation } from "./inspection/inspect-installation.ts";
import { type Installation, installedVersion } from "./inspection/installation.ts";
import { isNothing, type PendingReport, pendingReport } from "./inspection/pending-work.ts";
import { type LedgerRow, publicRow } from "./ledger.ts";
import type { InstallationOptions } from "./migration-options.ts";
import { parseTarget } from "./parse-target.ts";
import { withPoolClient } from "./session/with-pool-client.ts";
import { librarySource } from "./sql-source/library-source.ts";
import { quoteTableName } from "./sql-text/quote.ts";

export interface MigrationStatus {
  schema: string;
  /** The version of this package that the database was brought up to date by; null when nothing is installed. */
  installed_version: string | null;
  /** That of this package. */
  library_version: string;
  up_to_date: boolean;
  /** Changes in their order, functions and attachments. */
  applied: LedgerRow[];
  pending: PendingReport;
  /** Null until the settings are installed. */
  installation: InstallationStatus | null;
}

export interface InstallationStatus {
  time_zone: string;
  /** Quoted and qualified; null when the table was dropped. */
  page_views: string | null;
  /** Whether the page views from before the installation are in the rollups. */
  history_complete: boolean;
}

/**
 * What is installed, and what this package would add. Writes nothing.
 *
 * @throws {MigrationError} when the input is wrong, or the installation may not be read
 */
export async function getStatus(options: InstallationOptions): Promise<MigrationStatus> {
  const target = parseTarget(options);
  return withPoolClient(options.pool, async (connection) => {
    const installation = await inspectInstallation({
      connection,
      target,
      source: await findSource(connection, target.schema),
    });
    const { ledger, pending } = installation;
    return {
      schema: target.schema,
      installed_version: installedVersion(installation),
      library_version: librarySource.libraryVersion,
      up_to_date: isNothing(pending),
      applied: ledger.map(publicRow),
      pending: pendingReport(pending),
      installation: installationStatus(installation),
    };
  });
}

function installationStatus({ settings }: Installation): InstallationStatus | null {
  if (settings === undefined) return null;
  const { pageViews, timeZone, historyComplete } = settings;
  return {
    time_zone: timeZone,
    page_views: pageViews === undefined ? null : quoteTableName(pageViews),
    history_complete: historyComplete,
  };
}
