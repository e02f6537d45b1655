import { columnsNamed } from "../src/sql-text/page-view-columns.ts";
import { renderSql } from "../src/sql-text/render-sql.ts";

const table = { schema: "schema", name: "table" };
// What may be given at the first installation only: functions would be replayed with another value later.
const onlyInChanges =
  /:'?(accounts|time_zone|column_names|entity_type'|concurrently|page_view_id_type|page_view_key|partition_by|partition'|default_partition)\b/;

/** @throws {Error} when there is a placeholder that nothing stands for, or one that has no place there */
export function checkPlaceholders(file: string, sql: string, kind: "change" | "replayed"): void {
  const [misplaced] = onlyInChanges.exec(sql) ?? [];
  if (kind === "replayed" && misplaced !== undefined) {
    throw new Error(`sql/${file} has ${misplaced}, which is known when changes are applied only.`);
  }
  try {
    renderSql(sql, {
      schema: "schema",
      pageViews: table,
      accounts: table,
      timeZone: "UTC",
      concurrently: true,
      columns: columnsNamed({}),
      columnNames: {},
      entityType: undefined,
      partition: undefined,
      pageViewIdType: "uuid",
      entityIdType: "uuid",
      accountIdType: "uuid",
      sessionIdType: "uuid",
      ownerIdType: "uuid",
      slice: file.startsWith("slices/") ? { number: "1", all: "schema" } : undefined,
    });
  } catch (cause) {
    throw new Error(`sql/${file} cannot be rendered.`, { cause });
  }
}
