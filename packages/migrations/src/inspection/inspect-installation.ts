import { readLedger } from "../ledger.ts";
import type { MigrationFile } from "../migration-file.ts";
import type { InstallationTarget } from "../migration-options.ts";
import { type Connection, queryOne } from "../session/connection.ts";
import { checkServer } from "./check-server.ts";
import { findTable } from "./find-table.ts";
import { indexNamesOf } from "./index-names.ts";
import { inspectPageViews } from "./inspect-page-views.ts";
import type { Installation } from "./installation.ts";
import { readInstalledSettings } from "./installed-settings.ts";
import { missingReadPrivileges, throwMissingPrivileges } from "./missing-privileges.ts";

/** @throws {MigrationError} `server_too_old`, or `missing_privilege` when the installation may not be read */
export async function inspectInstallation(
  connection: Connection,
  target: InstallationTarget,
  files: readonly MigrationFile[],
): Promise<Installation> {
  const { schema } = target;
  const found = await queryOne<{
    server: number;
    schema: boolean;
    ledger: boolean;
    settings: boolean;
  }>(
    connection,
    `select current_setting('server_version_num')::int / 10000 as server,
       exists (select from pg_namespace n where n.nspname = $1) as schema,
       exists (select from pg_tables t where t.schemaname = $1 and t.tablename = 'headcount_migrations') as ledger,
       exists (select from pg_tables t where t.schemaname = $1 and t.tablename = 'analytics_settings') as settings`,
    [schema],
  );
  checkServer(found.server);
  throwMissingPrivileges(await missingReadPrivileges(connection, schema));

  const ledger = found.ledger ? await readLedger(connection, schema) : [];
  const settings = found.settings ? await readInstalledSettings(connection, schema) : undefined;
  const wantedPageViews = target.pageViews ?? settings?.pageViews ?? defaultPageViews;
  const pageViews = await findTable(connection, wantedPageViews, schema);
  return {
    target,
    schemaExists: found.schema,
    ledger,
    settings,
    pageViews: {
      ...pageViews,
      details: pageViews.exists
        ? await inspectPageViews(connection, pageViews.table, indexNamesOf(files))
        : undefined,
    },
    accounts: await findTable(connection, target.accounts, schema),
    pending: files.filter((file) => ledger.every((row) => row.version !== file.version)),
  };
}

const defaultPageViews = { schema: undefined, name: "page_views" };
