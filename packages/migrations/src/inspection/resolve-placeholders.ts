import type { Connection } from "../session/connection.ts";
import { type IdType, idTypeOf } from "../sql-text/id-type.ts";
import { sameColumns } from "../sql-text/page-view-columns.ts";
import type { SqlPlaceholders } from "../sql-text/render-sql.ts";
import { canonicalTimeZone } from "./canonical-time-zone.ts";
import { mayHaveRows } from "./inspect-page-views.ts";
import type { Installation } from "./installation.ts";

/** What the files are rendered with: as installed, else as the adopted table has it, else uuid. */
export async function resolvePlaceholders(
  connection: Connection,
  {
    target,
    settings,
    pageViews,
    accounts,
  }: Pick<Installation, "target" | "settings" | "pageViews" | "accounts">,
): Promise<SqlPlaceholders> {
  const typeOf = (column: string): IdType => {
    const found = pageViews.details?.columns.find(({ name }) => name === column);
    return (found && idTypeOf(found.type)) ?? "uuid";
  };
  const timeZone =
    settings?.timeZone ?? (await canonicalTimeZone(connection, target.timeZone ?? "UTC"));
  return {
    schema: target.schema,
    pageViews: pageViews.table,
    accounts: accounts.table,
    timeZone,
    // Postgres cannot do that for a partitioned table, and need not where there is nothing to index.
    concurrently:
      pageViews.details?.kind === "ordinary" && (await mayHaveRows(connection, pageViews.table)),
    columns: sameColumns,
    pageViewIdType: typeOf("id"),
    entityIdType: settings?.entityIdType ?? typeOf("entity_id"),
    accountIdType: settings?.accountIdType ?? typeOf("account_id"),
    sessionIdType: settings?.sessionIdType ?? typeOf("session_id"),
  };
}
