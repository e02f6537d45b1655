import { migrations } from "./generated/migrations.ts";
import { inspectInstallation } from "./inspection/inspect-installation.ts";
import type { Installation } from "./inspection/installation.ts";
import {
  type InstalledAnalyticsStatus,
  readAnalyticsStatus,
} from "./inspection/read-analytics-status.ts";
import type { LedgerRow } from "./ledger.ts";
import type { InstallationOptions } from "./migration-options.ts";
import { parseTarget } from "./parse-target.ts";
import type { Connection } from "./session/connection.ts";
import { withPoolClient } from "./session/with-pool-client.ts";
import { quoteTableName } from "./sql-text/table-name.ts";

export interface MigrationStatus {
  schema: string;
  /** The newest migration in the database; 0 when nothing is installed. */
  schema_version: number;
  /** The newest migration that this package knows. */
  library_schema_version: number;
  applied: LedgerRow[];
  pending: { version: number; name: string }[];
  /** Null until the settings are installed. */
  installation: InstallationStatus | null;
}

export interface InstallationStatus {
  time_zone: string;
  /** Quoted and qualified; null when the table was dropped. */
  page_views: string | null;
  /** Whether the page views from before the installation are in the rollups. */
  history_complete: boolean;
  /** Null when the table of page views was dropped, and before the migration that can tell. */
  analytics: InstalledAnalyticsStatus | null;
}

/**
 * What is installed, and what this package would add. Writes nothing.
 *
 * @throws {MigrationError} when the input is wrong, or the installation may not be read
 */
export async function readStatus(options: InstallationOptions): Promise<MigrationStatus> {
  const target = parseTarget(options);
  return withPoolClient(options.pool, async (connection) => {
    const installation = await inspectInstallation(connection, target, migrations);
    const { ledger, pending } = installation;
    return {
      schema: target.schema,
      schema_version: ledger.at(-1)?.version ?? 0,
      library_schema_version: migrations.at(-1)?.version ?? 0,
      applied: ledger,
      pending: pending.map(({ version, name }) => ({ version, name })),
      installation: await installationStatus(connection, installation),
    };
  });
}

async function installationStatus(
  connection: Connection,
  { target, settings }: Installation,
): Promise<InstallationStatus | null> {
  if (settings === undefined) return null;
  const { pageViews, timeZone, historyComplete } = settings;
  return {
    time_zone: timeZone,
    page_views: pageViews === undefined ? null : quoteTableName(pageViews),
    history_complete: historyComplete,
    analytics:
      pageViews === undefined ? null : await readAnalyticsStatus(connection, target.schema),
  };
}
