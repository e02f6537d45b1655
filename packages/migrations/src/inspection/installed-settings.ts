import type { Connection } from "../session/connection.ts";
import type { IdType } from "../sql-text/id-type.ts";
import type { ColumnNames } from "../sql-text/page-view-columns.ts";
import { quoteIdentifier, type TableName } from "../sql-text/quote.ts";

/** The row of analytics_settings. */
export interface InstalledSettings {
  timeZone: string;
  /** Undefined when the table was dropped since. */
  pageViews: TableName | undefined;
  entityIdType: IdType;
  accountIdType: IdType;
  sessionIdType: IdType;
  /** Which columns of page views hold ours, where their names are others. */
  columnNames: ColumnNames;
  historyComplete: boolean;
}

interface SettingsRow {
  time_zone: string;
  page_views_schema: string | null;
  page_views_name: string | null;
  entity_id_type: IdType;
  account_id_type: IdType;
  session_id_type: IdType;
  columns: string;
  history_complete: boolean;
}

export async function readInstalledSettings(
  connection: Connection,
  schema: string,
): Promise<InstalledSettings | undefined> {
  const [row] = await connection.query<SettingsRow>(
    `select s.time_zone, n.nspname::text as page_views_schema, c.relname::text as page_views_name,
       s.entity_id_type, s.account_id_type, s.session_id_type, s.columns::text as columns, s.history_complete
     from ${quoteIdentifier(schema)}.analytics_settings s
     left join pg_class c on c.oid = s.page_views
     left join pg_namespace n on n.oid = c.relnamespace`,
  );
  if (row === undefined) return undefined;
  const { page_views_schema, page_views_name } = row;
  return {
    timeZone: row.time_zone,
    pageViews:
      page_views_schema === null || page_views_name === null
        ? undefined
        : { schema: page_views_schema, name: page_views_name },
    entityIdType: row.entity_id_type,
    accountIdType: row.account_id_type,
    sessionIdType: row.session_id_type,
    columnNames: JSON.parse(row.columns) as ColumnNames,
    historyComplete: row.history_complete,
  };
}
