import type { Connection } from "../session/connection.ts";
import type { IdType } from "../sql-text/id-type.ts";
import { fitsEntityId, type PageViewColumnName } from "../sql-text/page-view-columns.ts";
import type { SqlPlaceholders } from "../sql-text/render-sql.ts";
import { canonicalTimeZone } from "./canonical-time-zone.ts";
import { findHostColumn, hostColumns, idTypeOfColumn } from "./host-columns.ts";
import { mayHaveRows } from "./inspect-page-views.ts";
import type { Installation } from "./installation.ts";

/** What the files are rendered with: as installed, else as the adopted table has it, else uuid. */
export async function resolvePlaceholders(
  connection: Connection,
  {
    target,
    source,
    settings,
    pageViews,
    accounts,
    columnNames,
  }: Pick<
    Installation,
    "target" | "source" | "settings" | "pageViews" | "accounts" | "columnNames"
  >,
): Promise<SqlPlaceholders> {
  const foundType = (...columns: ("id" | PageViewColumnName)[]): IdType | undefined => {
    const found = columns
      .map((name) => findHostColumn({ details: pageViews.details, columnNames, name }))
      .find((column) => column !== undefined);
    return found && idTypeOfColumn(found);
  };
  const typeOf = (...columns: ("id" | PageViewColumnName)[]): IdType =>
    foundType(...columns) ?? "uuid";
  const entityIdType = settings?.entityIdType ?? typeOf("entity_id");
  const accountIdType = settings?.accountIdType ?? typeOf("account_id");
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
    columnNames,
    entityType: target.entityType,
    partition: target.partition,
    isDistributed: source.isDistributed,
    slice: target.slice,
    columns: hostColumns(pageViews.details, columnNames),
    pageViewIdType: typeOf("id"),
    entityIdType,
    accountIdType,
    sessionIdType: settings?.sessionIdType ?? typeOf("session_id", "visitor_id"),
    ownerIdType:
      settings?.ownerIdType ?? foundType("owner_id") ?? ownerIdTypeOf(accountIdType, entityIdType),
  };
}

/** Of a column that is added: an owner is an account, where its id can be that of an entity. */
function ownerIdTypeOf(account: IdType, entity: IdType): IdType {
  return fitsEntityId({ owner: account, entity }) ? account : entity;
}
