import { migrations } from "./generated/migrations.ts";
import { checkInstallation } from "./inspection/check-installation.ts";
import { inspectInstallation } from "./inspection/inspect-installation.ts";
import { missingAccountColumns } from "./inspection/missing-account-columns.ts";
import { addedColumns } from "./inspection/page-views-faults.ts";
import { resolvePlaceholders } from "./inspection/resolve-placeholders.ts";
import type { InstallationOptions } from "./migration-options.ts";
import { parseTarget } from "./parse-target.ts";
import { withPoolClient } from "./session/with-pool-client.ts";
import { quoteTableName } from "./sql-text/table-name.ts";

export interface MigrationPlan {
  schema: string;
  creates_schema: boolean;
  time_zone: string;
  /** The files that `migrate` would apply now, in order. */
  pending: { version: number; name: string }[];
  page_views: {
    /** Quoted and qualified: `"public"."page_views"`. */
    table: string;
    /** False: it will be created. */
    exists: boolean;
    adds_columns: string[];
    /** Whether its indexes are built while writers go on. */
    builds_indexes_concurrently: boolean;
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
 * plan.pending //=> [{ version: 1, name: "page_views" }, ...]
 */
export async function planMigrations(options: InstallationOptions): Promise<MigrationPlan> {
  const target = parseTarget(options);
  return withPoolClient(options.pool, async (connection) => {
    const installation = await inspectInstallation(connection, target, migrations);
    await checkInstallation(connection, installation, migrations);
    const { schemaExists, pending, pageViews, accounts } = installation;
    const placeholders = await resolvePlaceholders(connection, installation);
    return {
      schema: target.schema,
      creates_schema: !schemaExists,
      time_zone: placeholders.timeZone,
      pending: pending.map(({ version, name }) => ({ version, name })),
      page_views: {
        table: quoteTableName(pageViews.table),
        exists: pageViews.exists,
        adds_columns: pageViews.details === undefined ? [] : addedColumns(pageViews.details),
        builds_indexes_concurrently: placeholders.concurrently,
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
