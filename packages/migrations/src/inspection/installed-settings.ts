import type { Connection } from "../session/connection.ts";
import type { IdType } from "../sql-text/id-type.ts";
import { type ColumnNames, capturedColumnNames } from "../sql-text/page-view-columns.ts";
import type { Partitioning } from "../sql-text/partitioning.ts";
import { quoteIdentifier, type TableName } from "../sql-text/quote.ts";

/** The row of analytics_settings. */
export interface InstalledSettings {
  timeZone: string;
  /** Undefined when the table was dropped since. */
  pageViews: TableName | undefined;
  entityIdType: IdType;
  accountIdType: IdType;
  sessionIdType: IdType;
  ownerIdType: IdType;
  /** Which columns of page views hold ours, where their names are others: of what is captured, the names that they have by now. */
  columnNames: ColumnNames;
  partition: Partitioning | undefined;
  historyComplete: boolean;
}

interface SettingsRow {
  time_zone: string;
  page_views_schema: string | null;
  page_views_name: string | null;
  entity_id_type: IdType;
  account_id_type: IdType;
  session_id_type: IdType;
  owner_id_type: IdType;
  columns: string;
  /** The body of the function that reads them of a row, or of the view that does on Citus. */
  captured: string | null;
  partition: Partitioning | null;
  history_complete: boolean;
}

export async function readInstalledSettings(
  connection: Connection,
  schema: string,
): Promise<InstalledSettings | undefined> {
  const [row] = await connection.query<SettingsRow>(
    `select s.time_zone, n.nspname::text as page_views_schema, c.relname::text as page_views_name,
       s.entity_id_type, s.account_id_type, s.session_id_type, s.owner_id_type, s.columns::text as columns, s.partition, s.history_complete,
       coalesce(
         (
           select pg_get_function_sqlbody(p.oid) from pg_proc p
           where p.pronamespace = $1::regnamespace and p.proname = 'captured_columns'
         ),
         (
           select pg_get_viewdef(v.oid) from pg_class v
           where v.relnamespace = $1::regnamespace and v.relname = 'captured_page_views'
         )
       ) as captured
     from ${quoteIdentifier(schema)}.analytics_settings s
     left join pg_class c on c.oid = s.page_views
     left join pg_namespace n on n.oid = c.relnamespace`,
    [quoteIdentifier(schema)],
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
    ownerIdType: row.owner_id_type,
    columnNames: columnsByNow(JSON.parse(row.columns) as ColumnNames, row.captured ?? ""),
    partition: row.partition ?? undefined,
    historyComplete: row.history_complete,
  };
}

// A column in the body of a function or a view follows its column, also through a dump. It is read back as theirs AS ours, which may take
// several lines; a view has no AS where both are the same.
const readColumn = /p_page_view\)?\.("(?:[^"]|"")+"|[^\s,;)]+)/;
const nameOfColumn = / AS (\w+)(?![^]* AS )/;

function columnsByNow(installed: ColumnNames, captured: string): ColumnNames {
  const names = { ...installed };
  for (const column of captured.split(",\n")) {
    const written = readColumn.exec(column)?.[1] ?? "";
    const theirs = written.replaceAll(/^"|"$/g, "").replaceAll('""', '"');
    const ours = nameOfColumn.exec(column)?.[1] ?? theirs;
    const name = capturedColumnNames.find((known) => known === ours);
    if (name === undefined) continue;
    if (theirs === name) delete names[name];
    else names[name] = theirs;
  }
  return names;
}
