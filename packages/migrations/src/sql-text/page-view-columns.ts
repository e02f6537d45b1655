import type { IdType } from "./id-type.ts";
import { quoteIdentifier } from "./quote.ts";

/** What is read of a page view, under the names that all our SQL has for it. */
export const pageViewColumnNames = [
  "entity_type",
  "entity_id",
  "account_id",
  "session_id",
  "viewed_at",
  "referrer_url",
  "time_on_page",
] as const;

export type PageViewColumnName = (typeof pageViewColumnNames)[number];

/** The column of the host's table that holds it. */
export interface HostColumn {
  name: string;
  /** Whether it is read as text: an enum, a domain over text, or char(n). */
  asText: boolean;
  /** Whether an index can hold its text: that of an enum may be renamed. */
  isFixed: boolean;
}

export type PageViewColumns = Readonly<Record<PageViewColumnName, HostColumn>>;

/** Each column under its own name and as it is. */
export const sameColumns = Object.fromEntries(
  pageViewColumnNames.map((name) => [name, { name, asText: false, isFixed: true }]),
) as unknown as PageViewColumns;

/** The columns of the host's table as our SQL reads them, for a SELECT. */
export function pageViewColumnsSql(columns: PageViewColumns): string {
  return pageViewColumnNames.map((name) => `${valueSql(columns[name])} as ${name}`).join(", ");
}

/** The key of an index over these columns: what an index cannot hold is left out of it. */
export function indexKeySql(
  columns: PageViewColumns,
  names: readonly PageViewColumnName[],
): string {
  return names
    .map((name) => columns[name])
    .filter(({ isFixed }) => isFixed)
    .map((column) => (column.asText ? `(${valueSql(column)})` : valueSql(column)))
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
  types: Readonly<Record<"entity_id" | "account_id" | "session_id", IdType>>,
): string {
  const names = ["entity_id", "account_id", "session_id"] as const;
  const texts = [
    columns.entity_type,
    ...names.filter((name) => types[name] === "text").map((name) => columns[name]),
  ];
  const bytes = texts
    .filter(({ isFixed }) => isFixed)
    .map((column) => `coalesce(octet_length(${valueSql(column)}), 0)`);
  return `least(${bytes.join(" + ") || 0}, ${maxIdBytes + 1}) <> ${maxIdBytes + 1}`;
}

function valueSql({ name, asText }: HostColumn): string {
  return asText ? `${quoteIdentifier(name)}::text` : quoteIdentifier(name);
}
