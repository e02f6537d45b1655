import { extendedHash, type IdType, noEntity } from "./id-type.ts";
import {
  type ColumnNames,
  capturedColumnNames,
  columnsBy,
  columnsSql,
  idsFitSql,
  indexKeySql,
  maxIdBytes,
  ownerKeySql,
  type PageViewColumns,
  pageViewColumnNames,
  valueSql,
} from "./page-view-columns.ts";
import type { Partitioning } from "./partitioning.ts";
import { quoteIdentifier, quoteLiteral, quoteTableName, type TableName } from "./quote.ts";

export interface SqlPlaceholders {
  schema: string;
  pageViews: TableName;
  accounts: TableName;
  timeZone: string;
  /** Whether the indexes on page views are built CONCURRENTLY. */
  concurrently: boolean;
  /** Which columns of page views hold what is read of them. */
  columns: PageViewColumns;
  /** Those of them that have a name of their own. */
  columnNames: ColumnNames;
  /** The kind of thing that all page views are about, where the table does not say. */
  entityType: string | undefined;
  /** By what page views are partitioned, where we make them. */
  partition: Partitioning | undefined;
  pageViewIdType: IdType;
  entityIdType: IdType;
  accountIdType: IdType;
  sessionIdType: IdType;
  ownerIdType: IdType;
  /** Whether page views are spread over several servers by their entity. */
  isDistributed?: boolean | undefined;
  /** Which slice of the page views this is, where each has a schema of its own. */
  slice?: Slice | undefined;
}

/** What belongs to some of the entities, and what all of these have together. */
export interface Slice {
  /** As SQL: a number, or what a number is put in the place of. */
  number: string;
  /** The schema of what is asked of all slices. */
  all: string;
}

const names = [
  "schema",
  "all_slices",
  "slice_number",
  "page_views",
  "page_view_rows",
  "identified_page_view_rows",
  "captured_columns",
  "entity_time_key",
  "account_entity_time_key",
  "session_entity_time_key",
  "visitor_entity_time_key",
  "account_id_column",
  "entity_type_column",
  "entity_id_column",
  "owner_id_column",
  "referrer_url_column",
  "account_id_value",
  "entity_type_value",
  "entity_id_value",
  "session_id_column",
  "visitor_id_column",
  "session_id_value",
  "visitor_id_value",
  "viewed_at_value",
  "viewed_at_key",
  "entity_key",
  "ids_fit",
  "max_id_bytes",
  "written_entity_type",
  "written_entity_id",
  "written_account_id",
  "accounts",
  "concurrently",
  "page_view_id_type",
  "page_view_key",
  "session_key",
  "partition_by",
  "default_partition",
  "entity_id_type",
  "account_id_type",
  "session_id_type",
  "visitor_id_type",
  "owner_id_type",
  "owner_key",
  "owner_key_of_argument",
  "entity_id_hash",
  "session_id_hash",
  "visitor_id_hash",
  "no_entity",
  "settings_of_writers",
  "settings_of_folds",
  "settings_of_readers",
];

// `:name` and `:'name'` as psql writes them, but not the `::name` of a cast; in `:::name` a cast precedes one.
const placeholder = new RegExp(`(?<!(?<!:):):(?:'(\\w+)'|(${names.join("|")})\\b)`, "g");

/**
 * Replaces the placeholders of an SQL file. `:name` and `:'name'` stand for the same text, as SQL and as a
 * literal of it: `:'schema'` is the quoted identifier in quotes.
 *
 * @param literals more of them, which are written as `:'name'` only
 */
export function renderSql(
  sql: string,
  placeholders: SqlPlaceholders,
  literals: Readonly<Record<string, string>> = {},
): string {
  const texts = new Map([...placeholderTexts(placeholders), ...Object.entries(literals)]);
  return sql.replaceAll(placeholder, (written: string, literal?: string, bare?: string) => {
    const text = texts.get(literal ?? bare ?? "");
    if (text === undefined) throw new Error(`The SQL has an unknown placeholder ${written}.`);
    return literal === undefined ? text : quoteLiteral(text);
  });
}

function placeholderTexts(placeholders: SqlPlaceholders): Map<string, string> {
  const { entityIdType, accountIdType, sessionIdType, ownerIdType, columns, partition } =
    placeholders;
  const ownerTypes = { owner: ownerIdType, entity: entityIdType };
  // A visitor is an account or a session: text is the type that holds both when they differ.
  const visitorIdType = accountIdType === sessionIdType ? accountIdType : "text";
  const pageViews = quoteTableName(placeholders.pageViews);
  const rowColumns = columnsSql(columns, pageViewColumnNames, ownerTypes);
  const fields = columnsBy((name) => ({ ...columns[name], row: "(p_page_view)" }));
  const idsFit = idsFitSql(columns, {
    entity_id: entityIdType,
    account_id: accountIdType,
    session_id: sessionIdType,
    visitor_id: sessionIdType,
  });
  return new Map([
    ["schema", quoteIdentifier(placeholders.schema)],
    ...sliceTexts(placeholders.slice),
    ["page_views", pageViews],
    ["page_views_schema", placeholders.pageViews.schema],
    ["page_views_name", placeholders.pageViews.name],
    ["page_view_rows", `(select ${rowColumns} from ${pageViews} where ${idsFit})`],
    [
      "identified_page_view_rows",
      `(select ${quoteIdentifier(placeholders.columnNames.id ?? "id")} as id, ${rowColumns} from ${pageViews} where ${idsFit})`,
    ],
    ["captured_columns", columnsSql(fields, capturedColumnNames, ownerTypes)],
    ["column_names", JSON.stringify(placeholders.columnNames)],
    ["schema_name", placeholders.schema],
    ["entity_id_name", columns.entity_id.name],
    ["session_id_name", columns.session_id.name],
    ["visitor_id_name", columns.visitor_id.name],
    ["owner_id_name", columns.owner_id.name],
    ["referrer_url_name", columns.referrer_url.name],
    ["time_on_page_name", columns.time_on_page.name],
    ["source_no_name", columns.source_no.name],
    ["device_no_name", columns.device_no.name],
    ["entity_type", placeholders.entityType ?? ""],
    ["entity_time_key", indexKeySql(columns, ["entity_type", "entity_id", "viewed_at"])],
    [
      "account_entity_time_key",
      indexKeySql(columns, ["account_id", "entity_type", "entity_id", "viewed_at"]),
    ],
    [
      "session_entity_time_key",
      indexKeySql(columns, ["session_id", "entity_type", "entity_id", "viewed_at"]),
    ],
    [
      "visitor_entity_time_key",
      indexKeySql(columns, ["visitor_id", "entity_type", "entity_id", "viewed_at"]),
    ],
    ["account_id_column", quoteIdentifier(columns.account_id.name)],
    ["entity_type_column", quoteIdentifier(columns.entity_type.name)],
    ["entity_id_column", quoteIdentifier(columns.entity_id.name)],
    ["owner_id_column", quoteIdentifier(columns.owner_id.name)],
    ["owner_key", ownerKeySql(valueSql(columns.owner_id), ownerTypes)],
    ["owner_key_of_argument", ownerKeySql("p_owner_id", ownerTypes)],
    ["referrer_url_column", quoteIdentifier(columns.referrer_url.name)],
    ["account_id_value", valueSql(columns.account_id)],
    ["entity_type_value", valueSql(columns.entity_type)],
    ["entity_id_value", valueSql(columns.entity_id)],
    ["session_id_column", quoteIdentifier(columns.session_id.name)],
    ["visitor_id_column", quoteIdentifier(columns.visitor_id.name)],
    ["session_id_value", valueSql(columns.session_id)],
    ["visitor_id_value", valueSql(columns.visitor_id)],
    ["viewed_at_value", valueSql(columns.viewed_at)],
    ["viewed_at_key", indexKeySql(columns, ["viewed_at"])],
    ["entity_key", indexKeySql(columns, ["entity_type", "entity_id"])],
    ["ids_fit", idsFit],
    ["max_id_bytes", String(maxIdBytes)],
    ["written_entity_type", columns.entity_type.enumType ?? "text"],
    ["written_entity_id", columns.entity_id.enumType ?? entityIdType],
    ["written_account_id", columns.account_id.enumType ?? accountIdType],
    ["accounts", quoteTableName(placeholders.accounts)],
    ["time_zone", placeholders.timeZone],
    ["concurrently", placeholders.concurrently ? "concurrently" : ""],
    ["page_view_id_type", placeholders.pageViewIdType],
    ["page_view_key", pageViewKey(placeholders)],
    ["session_key", placeholders.isDistributed === true ? "session_id, slice_key" : "session_id"],
    ["partition_by", partition === undefined ? "" : "partition by range (viewed_at)"],
    ["partition", partition ?? ""],
    ["default_partition", quoteTableName(defaultPartition(placeholders.pageViews))],
    ["entity_id_type", entityIdType],
    ["account_id_type", accountIdType],
    ["session_id_type", sessionIdType],
    ["visitor_id_type", visitorIdType],
    ["owner_id_type", ownerIdType],
    ["entity_id_hash", extendedHash(entityIdType)],
    ["session_id_hash", extendedHash(sessionIdType)],
    ["visitor_id_hash", extendedHash(visitorIdType)],
    ["no_entity", noEntity(entityIdType)],
    ["settings_of_writers", settingLines(settingsOfWriters)],
    ["settings_of_folds", settingLines(settingsOfFolds)],
    ["settings_of_readers", settingLines(settingsOfReaders)],
  ]);
}

// A key has the column by which rows are spread.
function pageViewKey({ partition, isDistributed }: SqlPlaceholders): string {
  if (isDistributed === true) return "id, entity_id";
  return partition === undefined ? "id" : "id, viewed_at";
}

function sliceTexts(slice: Slice | undefined): [name: string, text: string][] {
  if (slice === undefined) return [];
  return [
    ["all_slices", quoteIdentifier(slice.all)],
    ["slice_number", slice.number],
  ];
}

// As make_partition() names the others.
function defaultPartition({ schema, name }: TableName): TableName {
  return { schema, name: `${Array.from(name).slice(0, 50).join("")}_default` };
}

const searchPath = "pg_catalog, pg_temp";

// Whatever the host has set, whether plans are kept is the server's to decide.
const settingsOfWriters = {
  search_path: searchPath,
  plan_cache_mode: "auto",
  jit: "off",
  work_mem: "'64MB'",
};

// Planning a batch takes longer than folding a few changes, so a connection that folds again and again keeps its plans. Left to decide, the
// server makes those for a batch of one anew each time, because it takes them for cheaper than those for any batch. By which joins a batch
// is folded is said beside.
const settingsOfFolds = { ...settingsOfWriters, plan_cache_mode: "force_generic_plan" };

// What is read is much the same each time, and planning it took longer than running it.
const settingsOfReaders = {
  search_path: searchPath,
  plan_cache_mode: "force_generic_plan",
  jit: "off",
};

function settingLines(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `set ${name} = ${value}`)
    .join("\n");
}
