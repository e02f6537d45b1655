import { inspectInstallation } from "./inspection/inspect-installation.ts";
import { refuseCluster } from "./inspection/refuse-cluster.ts";
import type { InstallationOptions, InstallationTarget } from "./migration-options.ts";
import { parseTarget } from "./parse-target.ts";
import { withPoolClient } from "./session/with-pool-client.ts";
import { librarySource } from "./sql-source/library-source.ts";
import { renderSource } from "./sql-source/render-source.ts";
import { columnsNamed } from "./sql-text/page-view-columns.ts";
import type { SqlPlaceholders } from "./sql-text/render-sql.ts";
import { scriptOf } from "./steps/script-of.ts";
import { stepsOf } from "./steps/steps-of.ts";
import { assertCompatible } from "./validation/assert-installable.ts";

export type PrintOptions = Omit<InstallationOptions, "pool"> & {
  /** Prints what is pending in this database; without it, a fresh installation with uuid ids. */
  pool?: InstallationOptions["pool"] | undefined;
};

/**
 * The migrations as one SQL text, for hosts with a runner of their own or a DBA who reads before running. It runs in
 * `psql -v ON_ERROR_STOP=1 -f` as it is. Empty when nothing is pending.
 *
 * Without a pool it is for a database that has no page views yet, and may be sent as one query; a table is then
 * in `public` unless its own schema is named.
 *
 * @throws {MigrationError}
 * @example
 * await pglite.exec(await printSql({ timeZone: "Europe/Berlin" }));
 */
export async function printSql({ pool, ...options }: PrintOptions = {}): Promise<string> {
  const target = parseTarget(options);
  const source = librarySource;
  if (pool === undefined) {
    const placeholders = freshPlaceholders(target);
    const everything = { changes: source.changes, functions: true, attachments: true };
    return scriptOf(stepsOf(everything), {
      placeholders,
      source,
      rendered: renderSource(source, placeholders),
      installed: false,
      hasHistory: false,
    });
  }
  return withPoolClient(pool, async (connection) => {
    await refuseCluster(connection, {
      schema: target.schema,
      message:
        "Where Citus spreads page views, no script installs Headcount: run up, or migrate().",
    });
    const installation = await inspectInstallation({ connection, target, source });
    await assertCompatible(connection, installation);
    const { placeholders, rendered, pending, schemaVersion, pageViews } = installation;
    return scriptOf(stepsOf(pending), {
      placeholders,
      source,
      rendered,
      installed: schemaVersion > 0,
      hasHistory: pageViews.exists,
    });
  });
}

function freshPlaceholders({
  schema,
  timeZone,
  pageViews,
  accounts,
  columns,
  entityType,
  partition,
}: InstallationTarget): SqlPlaceholders {
  return {
    schema,
    pageViews: { schema: pageViews?.schema ?? "public", name: pageViews?.name ?? "page_views" },
    accounts: { schema: accounts.schema ?? "public", name: accounts.name },
    timeZone: timeZone ?? "UTC",
    concurrently: false,
    columns: columnsNamed(columns ?? {}),
    columnNames: columns ?? {},
    entityType,
    partition,
    pageViewIdType: "uuid",
    entityIdType: "uuid",
    accountIdType: "uuid",
    sessionIdType: "uuid",
    ownerIdType: "uuid",
  };
}
