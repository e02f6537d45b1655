import { type RawBuilder, sql } from "kysely";
import type { Connection } from "../../database/connect.ts";
import { runQuery } from "../../database/run-query.ts";
import type { FactNumbers } from "../facts/fact-numbers.ts";
import { brokenRule } from "./broken-rule.ts";
import { collectedPageViews } from "./collected-page-views.ts";
import type { PageViewColumns, StoredColumn } from "./page-view-columns.ts";
import type { PageViewRow } from "./page-view-row.ts";
import { sessionDetails } from "./session-details.ts";

interface RowsToInsert {
  connection: Connection;
  columns: PageViewColumns;
  rows: readonly PageViewRow[];
  /** Of what each row came from and was viewed with. */
  numbers: readonly FactNumbers[];
  signal?: AbortSignal | undefined;
}

/** A row that the host's table did not take, and the server's reason. */
export interface RefusedRow {
  row: PageViewRow;
  message: string;
}

/**
 * Adds page views by one statement; those that are there already are left as they are. Those of which an owner is said, and the others, are
 * two: a column that is not named has the default that the host gave it. When the table refuses a statement for
 * one of its own rules, halves are tried until the rows are found that break it, and the others are stored.
 *
 * @throws {AnalyticsError} `aborted` or `database`
 */
export async function insertPageViews(call: RowsToInsert): Promise<RefusedRow[]> {
  const isSilent = ({ owner_id }: PageViewRow): boolean => owner_id === undefined;
  return [
    ...(await insertAlike({ ...call, ...rowsWhere(call, isSilent) })),
    ...(await insertAlike({ ...call, ...rowsWhere(call, (row) => !isSilent(row)) })),
  ];
}

async function insertAlike(call: RowsToInsert): Promise<RefusedRow[]> {
  const { connection, rows, numbers, signal } = call;
  if (rows.length === 0) return [];
  try {
    await runQuery({ db: connection.db, query: await insertion(call), signal });
    await describeSessions(call);
    return [];
  } catch (error) {
    const message = brokenRule({ error, connection, columns: call.columns });
    const [row] = rows;
    if (message === undefined || row === undefined) throw error;
    if (rows.length === 1) return [{ row, message }];
    const middle = Math.ceil(rows.length / 2);
    const half = (start: number, end?: number) =>
      insertAlike({
        ...call,
        rows: rows.slice(start, end),
        numbers: numbers.slice(start, end),
      });
    return [...(await half(0, middle)), ...(await half(middle))];
  }
}

// Where page views are spread over servers, their sessions are in other shards, and are written by a statement of their own.
async function describeSessions({ connection, rows, signal }: RowsToInsert): Promise<void> {
  const { db, schema } = connection;
  const { distributed, session_id_type: type } = await connection.installation();
  const query = distributed ? sessionDetails({ schema, rows, type, distributed }) : undefined;
  if (query !== undefined) await runQuery({ db, query: query.compile(db), signal });
}

// Add these page views, and what is kept of the requests by which new sessions sent them.
async function insertion({ connection, columns, ...given }: RowsToInsert) {
  const { db, schema } = connection;
  const { partitioned } = columns;
  const { rows, numbers } = partitioned === undefined ? given : withoutRepeated(given);
  const { page_views_schema, page_views_table, ...types } = await connection.installation();
  const column = (name: keyof PageViewRow) => rows.map((row) => row[name]);
  const array = (name: keyof PageViewRow, type: string): RawBuilder<unknown> =>
    sql`${column(name)}::text[]::${sql.raw(type)}[]`;
  const { names, enums } = columns;
  const value = (name: StoredColumn): RawBuilder<unknown> =>
    enums[name] === undefined
      ? sql.id("v", name)
      : sql`${sql.id("v", name)}::${sql.raw(enums[name])}`;
  const stored = (Object.keys(names) as StoredColumn[]).filter(
    (name) => name !== "owner_id" || rows[0]?.owner_id !== undefined,
  );
  const values: Record<"id" | StoredColumn, RawBuilder<unknown>> = {
    id: array("id", columns.key_type),
    entity_type: array("entity_type", "text"),
    entity_id: array("entity_id", types.entity_id_type),
    account_id: array("account_id", types.account_id_type),
    session_id: array("session_id", types.session_id_type),
    visitor_id: array("visitor_id", types.session_id_type),
    owner_id: array("owner_id", types.owner_id_type),
    viewed_at: array("viewed_at", "timestamptz"),
    referrer_url: array("referrer_url", "text"),
    time_on_page: array("time_on_page", "int4"),
    source_no: sql`${numbers.map(({ source_no }) => source_no)}::text[]::int4[]`,
    device_no: sql`${numbers.map(({ device_no }) => device_no)}::text[]::int4[]`,
  };
  const unique = partitioned?.unique_columns ?? columns.unique_columns;
  const views = sql`
    insert into ${sql.id(page_views_schema, page_views_table)} (
      ${sql.id(columns.key)}, ${sql.join(stored.map((name) => sql.id(names[name])))}
    )
    select v.id, ${sql.join(stored.map(value))}
    from unnest(${sql.join([values.id, ...stored.map((name) => values[name])])})
      v (id, ${sql.join(stored.map((name) => sql.id(name)))})
    ${partitioned === undefined ? sql`` : sql`where v.id::uuid in (select n.page_view_id from new n)`}
    ${unique.length === 0 ? sql`` : sql`on conflict (${sql.join(unique.map((name) => sql.id(name)))}) do nothing`}
  `;
  if (types.distributed) return views.compile(db);
  const sessions = sessionDetails({ schema, rows, type: types.session_id_type });
  const before = [
    ...(partitioned === undefined
      ? []
      : [sql`new as (${collectedPageViews({ schema, rows, partitioned })})`]),
    ...(sessions === undefined ? [] : [sql`added as (${views})`]),
  ];
  const query = sessions ?? views;
  return (before.length === 0 ? query : sql`with ${sql.join(before)} ${query}`).compile(db);
}

type NumberedRows = Pick<RowsToInsert, "rows" | "numbers">;

/** Of views with the same id the first, as an index that is unique by it would have it. */
function withoutRepeated(all: NumberedRows): NumberedRows {
  const seen = new Set<string>();
  return rowsWhere(all, ({ id }) => !seen.has(id) && seen.add(id).has(id));
}

function rowsWhere(
  { rows, numbers }: NumberedRows,
  isWanted: (row: PageViewRow) => boolean,
): NumberedRows {
  const wanted = rows.map(isWanted);
  return {
    rows: rows.filter((_, nth) => wanted[nth]),
    numbers: numbers.filter((_, nth) => wanted[nth]),
  };
}
