import { readLedger } from "../ledger.ts";
import type { InstallationTarget, WantedTable } from "../migration-options.ts";
import { queryOne, type Session } from "../session/connection.ts";
import { renderSource } from "../sql-source/render-source.ts";
import type { SqlSource } from "../sql-source/sql-source.ts";
import { checkLayout } from "./check-layout.ts";
import { checkServer } from "./check-server.ts";
import { findTable, searchedSchemas } from "./find-table.ts";
import { indexNamesOf } from "./index-names.ts";
import { inspectPageViews } from "./inspect-page-views.ts";
import type { Installation } from "./installation.ts";
import { type InstalledSettings, readInstalledSettings } from "./installed-settings.ts";
import { missingReadPrivileges, throwMissingPrivileges } from "./missing-privileges.ts";
import { pendingWork } from "./pending-work.ts";
import { resolvePlaceholders } from "./resolve-placeholders.ts";

interface ToInspect {
  connection: Session;
  target: InstallationTarget;
  source: SqlSource;
}

/**
 * @throws {MigrationError} `server_too_old`, `missing_privilege` when the installation may not be read,
 *   `unknown_time_zone`, or `schema_out_of_date` when it is of a layout that cannot be brought up to date
 */
export async function inspectInstallation({
  connection,
  target,
  source,
}: ToInspect): Promise<Installation> {
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
  await checkLayout(connection, { schema, target });
  throwMissingPrivileges(await missingReadPrivileges(connection, schema));

  const ledger = found.ledger ? await readLedger(connection, schema) : [];
  const settings = found.settings ? await readInstalledSettings(connection, schema) : undefined;
  const schemas = searchedSchemas(connection, schema);
  const pageViews = await findTable({
    connection,
    wanted: wantedPageViews(target, settings),
    schemas,
  });
  const details = pageViews.exists
    ? await inspectPageViews({
        connection,
        table: pageViews.table,
        indexNames: indexNamesOf(source.changes),
      })
    : undefined;
  const { capturedBy } = details ?? {};
  if (typeof capturedBy === "string") await checkLayout(connection, { schema: capturedBy, target });
  const known = {
    target,
    source,
    schemaExists: found.schema,
    ledger,
    schemaVersion: ledger.find(({ kind }) => kind === "functions")?.version ?? 0,
    settings,
    pageViews: { ...pageViews, details },
    columnNames: settings?.columnNames ?? target.columns ?? {},
    accounts: await findTable({ connection, wanted: target.accounts, schemas }),
  };
  const placeholders = await resolvePlaceholders(connection, known);
  const rendered = renderSource(source, placeholders);
  return {
    ...known,
    placeholders,
    rendered,
    pending: pendingWork({ ledger, changes: source.changes, rendered }),
  };
}

/** Once installed, the table is known: by its name alone it is found whatever the search_path is. */
function wantedPageViews(
  { pageViews }: InstallationTarget,
  settings: InstalledSettings | undefined,
): WantedTable {
  const installed = settings?.pageViews;
  if (pageViews === undefined) return installed ?? { schema: undefined, name: "page_views" };
  return pageViews.schema === undefined && pageViews.name === installed?.name
    ? installed
    : pageViews;
}
