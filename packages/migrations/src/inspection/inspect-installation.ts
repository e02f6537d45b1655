import { readLedger } from "../ledger.ts";
import { MigrationError } from "../migration-error.ts";
import type { InstallationTarget } from "../migration-options.ts";
import { type Connection, queryOne } from "../session/connection.ts";
import { renderSource } from "../sql-source/render-source.ts";
import type { SqlSource } from "../sql-source/sql-source.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";
import { checkServer } from "./check-server.ts";
import { findTable } from "./find-table.ts";
import { indexNamesOf } from "./index-names.ts";
import { inspectPageViews } from "./inspect-page-views.ts";
import type { Installation } from "./installation.ts";
import { readInstalledSettings } from "./installed-settings.ts";
import { missingReadPrivileges, throwMissingPrivileges } from "./missing-privileges.ts";
import { pendingWork } from "./pending-work.ts";
import { resolvePlaceholders } from "./resolve-placeholders.ts";
import { upCommand } from "./up-command.ts";

/**
 * @throws {MigrationError} `server_too_old`, `missing_privilege` when the installation may not be read,
 *   `unknown_time_zone`, or `schema_out_of_date` when it is of a layout that cannot be brought up to date
 */
export async function inspectInstallation(
  connection: Connection,
  target: InstallationTarget,
  source: SqlSource,
): Promise<Installation> {
  const { schema } = target;
  const found = await queryOne<{
    server: number;
    schema: boolean;
    ledger: boolean;
    oldLedger: boolean;
    settings: boolean;
  }>(
    connection,
    `select current_setting('server_version_num')::int / 10000 as server,
       exists (select from pg_namespace n where n.nspname = $1) as schema,
       exists (select from pg_tables t where t.schemaname = $1 and t.tablename = 'headcount_migrations') as ledger,
       exists (
         select 1 from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = $1 and c.relname = 'headcount_migrations'
         having count(*) > 0 and not bool_or(a.attname = 'rendered_checksum')
       ) as "oldLedger",
       exists (select from pg_tables t where t.schemaname = $1 and t.tablename = 'analytics_settings') as settings`,
    [schema],
  );
  checkServer(found.server);
  if (found.oldLedger) throw oldLayout(schema);
  throwMissingPrivileges(await missingReadPrivileges(connection, schema));

  const ledger = found.ledger ? await readLedger(connection, schema) : [];
  const settings = found.settings ? await readInstalledSettings(connection, schema) : undefined;
  const wantedPageViews = target.pageViews ?? settings?.pageViews ?? defaultPageViews;
  const pageViews = await findTable(connection, wantedPageViews, schema);
  const known = {
    target,
    schemaExists: found.schema,
    ledger,
    schemaVersion: ledger.find(({ kind }) => kind === "functions")?.version ?? 0,
    settings,
    pageViews: {
      ...pageViews,
      details: pageViews.exists
        ? await inspectPageViews(connection, pageViews.table, indexNamesOf(source.changes))
        : undefined,
    },
    accounts: await findTable(connection, target.accounts, schema),
  };
  const placeholders = await resolvePlaceholders(connection, known);
  const rendered = renderSource(source, placeholders);
  return {
    ...known,
    placeholders,
    rendered,
    pending: pendingWork(ledger, source.changes, rendered),
  };
}

const defaultPageViews = { schema: undefined, name: "page_views" };

function oldLayout(schema: string): MigrationError {
  const remedy =
    schema === "public"
      ? "as docs/installing.md says"
      : `(DROP SCHEMA ${quoteIdentifier(schema)} CASCADE, where nothing else is in it)`;
  return new MigrationError(
    "schema_out_of_date",
    `The schema "${schema}" has an installation of a layout that was never released and cannot be brought up to date: take it out ${remedy}, and install anew: ${upCommand(schema)}`,
  );
}
