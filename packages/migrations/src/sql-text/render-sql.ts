import type { IdType } from "./id-type.ts";
import { quoteIdentifier, quoteLiteral } from "./quote.ts";
import { quoteTableName, type TableName } from "./table-name.ts";

export interface SqlPlaceholders {
  schema: string;
  pageViews: TableName;
  accounts: TableName;
  timeZone: string;
  /** Whether the indexes on page views are built CONCURRENTLY. */
  concurrently: boolean;
  pageViewIdType: IdType;
  entityIdType: IdType;
  accountIdType: IdType;
  sessionIdType: IdType;
}

// `:name` and `:'name'` as psql writes them, but not the `::name` of a cast; in `:::name` a cast precedes one.
const placeholder =
  /(?<!(?<!:):):(?:'(\w+)'|(schema|page_views|accounts|concurrently|page_view_id_type|entity_id_type|account_id_type|session_id_type|visitor_id_type)\b)/g;

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
  const { accountIdType, sessionIdType } = placeholders;
  return new Map([
    ["schema", quoteIdentifier(placeholders.schema)],
    ["page_views", quoteTableName(placeholders.pageViews)],
    ["accounts", quoteTableName(placeholders.accounts)],
    ["time_zone", placeholders.timeZone],
    ["concurrently", placeholders.concurrently ? "concurrently" : ""],
    ["page_view_id_type", placeholders.pageViewIdType],
    ["entity_id_type", placeholders.entityIdType],
    ["account_id_type", accountIdType],
    ["session_id_type", sessionIdType],
    // A visitor is an account or a session: text is the type that holds both when they differ.
    ["visitor_id_type", accountIdType === sessionIdType ? accountIdType : "text"],
  ]);
}
