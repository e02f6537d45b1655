import { type IdType, noEntity } from "./id-type.ts";
import { quoteIdentifier } from "./quote.ts";

/** What triggers read of a page view, under the names that all our SQL has for it. */
export const capturedColumnNames = [
  "entity_type",
  "entity_id",
  "account_id",
  "session_id",
  "visitor_id",
  "owner_id",
  "viewed_at",
  "time_on_page",
] as const;

/** All that is read of one. */
export const pageViewColumnNames: readonly [
  ...typeof capturedColumnNames,
  "referrer_url",
  "source_no",
  "device_no",
] = [...capturedColumnNames, "referrer_url", "source_no", "device_no"];

/** What may have another name in the host's table: these, and the page view's own id. */
export const namedColumns: readonly ["id", ...typeof pageViewColumnNames] = [
  "id",
  ...pageViewColumnNames,
];

export type PageViewColumnName = (typeof pageViewColumnNames)[number];

/** The column of the host's table that holds it, and what makes its values ours. */
export interface HostColumn {
  name: string;
  /** The value that it is a field of, where it is not read from the table. */
  row?: string;
  /** The type that it is cast to, where ours are not as it is: an enum, a domain, or char(n). */
  cast?: string;
  /** The enum that a value of ours is cast to before it is written there. */
  enumType?: string;
  /** It has a collation of its own, and is compared by the database's, as our columns are. */
  isCollated?: boolean;
  /** What an index can hold of it: a cast that changes it may be kept, and that of an enum, which may be renamed, may not. */
  indexedBy?: "column" | "cast" | "nothing";
}

export type PageViewColumns = Readonly<Record<PageViewColumnName, HostColumn>>;

/** Which column of the host's table holds each of ours, where its name is another. */
export type ColumnNames = Readonly<Partial<Record<(typeof namedColumns)[number], string>>>;

/** The columns of a table of which no more than the names is known. */
export function columnsNamed(names: ColumnNames): PageViewColumns {
  return columnsBy((name) => ({ name: names[name] ?? name }));
}

/** The columns, each as this function has it. */
export function columnsBy(columnOf: (name: PageViewColumnName) => HostColumn): PageViewColumns {
  const entries = pageViewColumnNames.map((name) => [name, columnOf(name)] as const);
  return Object.fromEntries(entries) as Record<PageViewColumnName, HostColumn>;
}

/** The types of the ids by which an owner is found in our tables: whose it is, and that of entities, which it is made. */
export interface OwnerTypes {
  owner: IdType;
  entity: IdType;
}

/** The columns of the host's table as our SQL reads them, for a SELECT. */
export function columnsSql(
  columns: PageViewColumns,
  names: readonly PageViewColumnName[],
  ownerTypes: OwnerTypes,
): string {
  return names
    .map((name) => {
      const value = valueSql(columns[name]);
      return `${name === "owner_id" ? ownerKeySql(value, ownerTypes) : value} as ${name}`;
    })
    .join(", ");
}

/** The most bytes of an owner's id that is a text: keys have room for it beside those of a visitor. */
const maxOwnerBytes = 500;

/** Whether an id of an owner can be written as one of an entity, so that no two owners are one. */
export function fitsEntityId({ owner, entity }: OwnerTypes): boolean {
  return owner === entity || entity === "text" || (entity === "uuid" && owner === "bigint");
}

/**
 * An owner's id as the id of an entity, which is what our tables have: the same for equal ones, and in no case that of
 * another owner. NULL for what stands for no entity, and for a text that no key has room for.
 */
export function ownerKeySql(value: string, ownerTypes: OwnerTypes): string {
  const { owner, entity } = ownerTypes;
  if (!fitsEntityId(ownerTypes)) return `null::${entity}`;
  if (owner === entity && entity !== "text") {
    return `nullif((${value})::${entity}, ${noEntity(entity)})`;
  }
  if (owner === "text") {
    return `case when octet_length(${value}) between 1 and ${maxOwnerBytes} then (${value})::text end`;
  }
  if (entity === "text") return `(${value})::text`;
  // behind eight bytes that say what it is; the sign turned over, so that they are in the same order
  return `('6f776e6572000000' || lpad(to_hex((${value})::bigint # '-9223372036854775808'::bigint), 16, '0'))::uuid`;
}

/** The key of an index over these columns: what an index cannot hold is left out of it. */
export function indexKeySql(
  columns: PageViewColumns,
  names: readonly PageViewColumnName[],
): string {
  return names
    .map((name) => columns[name])
    .filter(({ indexedBy }) => indexedBy !== "nothing")
    .map(({ indexedBy, ...column }) => {
      const key = indexedBy === "cast" ? `(${castSql(column)})` : quoteIdentifier(column.name);
      return collatedSql(key, column);
    })
    .join(", ");
}

/** The most bytes that the ids of a page view may have together: the widest key of ours has room for no more. */
export const maxIdBytes = 2000;

/**
 * Whether a page view's ids fit into every index. The planner takes "<>" for true 199 times in 200, and "<=" once in three:
 * it would plan for few page views.
 */
export function idsFitSql(
  columns: PageViewColumns,
  types: Readonly<Record<"entity_id" | "account_id" | "session_id" | "visitor_id", IdType>>,
): string {
  const names = ["entity_id", "account_id", "session_id", "visitor_id"] as const;
  const texts = [
    columns.entity_type,
    ...names.filter((name) => types[name] === "text").map((name) => columns[name]),
  ];
  const bytes = texts
    .filter(({ indexedBy }) => indexedBy !== "nothing")
    .map((column) => `coalesce(octet_length(${castSql(column)}), 0)`);
  return `least(${bytes.join(" + ") || 0}, ${maxIdBytes + 1}) <> ${maxIdBytes + 1}`;
}

export function valueSql(column: HostColumn): string {
  return collatedSql(castSql(column), column);
}

function castSql({ name, row, cast }: HostColumn): string {
  const column = row === undefined ? quoteIdentifier(name) : `${row}.${quoteIdentifier(name)}`;
  return cast === undefined ? column : `${column}::${cast}`;
}

function collatedSql(sql: string, { isCollated }: HostColumn): string {
  return isCollated ? `${sql} collate "default"` : sql;
}
