import { sql } from "kysely";
import { escapeIdentifier } from "pg";
import type { Connection } from "../../database/connect.ts";
import { runQuery } from "../../database/run-query.ts";
import { AnalyticsError } from "../../errors.ts";

/** What must be known of the host's table of page views before one can be added. */
export interface PageViewColumns {
  /** The column by which a view that is sent again is known: `id`, or `page_view_id` beside an id that no client can make. */
  key: string;
  key_type: "uuid" | "text";
  /** How many characters of a referrer fit. */
  referrer_limit: number | undefined;
  /** The names of the columns that hold the rest of a view. */
  names: Readonly<Record<StoredColumn, string>>;
  /** The enums among their types, which text has to be cast to. */
  enums: Readonly<Partial<Record<StoredColumn, string>>>;
}

const storedColumns = [
  "entity_type",
  "entity_id",
  "account_id",
  "session_id",
  "visitor_id",
  "viewed_at",
  "referrer_url",
  "time_on_page",
  "source_no",
  "device_no",
] as const;

export type StoredColumn = (typeof storedColumns)[number];

interface Column {
  name: string;
  type: string;
  /** A number. */
  limit: string | null;
  is_enum: boolean;
  is_unique: boolean;
}

interface Table {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

/** @throws {AnalyticsError} `unfit_page_views` when a view that is sent again could not be distinguished from a new one */
export async function readPageViewColumns(table: Table): Promise<PageViewColumns> {
  const { columns: others } = await table.connection.installation();
  const nameOf = (name: string): string => others[name] ?? name;
  const columns = await readColumns(table);
  const find = (name: string) => columns.find((column) => column.name === nameOf(name));
  const key = [find("id"), find("page_view_id")].find(
    (column) => column?.is_unique && keyType(column) !== undefined,
  );
  if (key === undefined) throw await unfit({ ...table, id: find("id") });
  const { limit = null } = find("referrer_url") ?? {};
  return {
    key: key.name,
    key_type: keyType(key) ?? "uuid",
    referrer_limit: limit === null ? undefined : Number(limit),
    names: Object.fromEntries(storedColumns.map((name) => [name, nameOf(name)])) as Record<
      StoredColumn,
      string
    >,
    enums: Object.fromEntries(
      storedColumns.flatMap((name) => {
        const column = find(name);
        return column?.is_enum ? [[name, column.type]] : [];
      }),
    ),
  };
}

function keyType({ type }: Column): PageViewColumns["key_type"] | undefined {
  if (type === "uuid") return "uuid";
  return /^(text|character varying)$/.test(type) ? "text" : undefined;
}

// Which columns could keep the id that a client made, and which of them is unique by itself?
async function readColumns({ connection: { db, schema }, signal }: Table): Promise<Column[]> {
  const query = sql<Column>`
    select
      a.attname::text as name,
      format_type(a.atttypid, null) as type,
      case when a.atttypid in ('varchar'::regtype, 'bpchar'::regtype) and a.atttypmod > 4 then (a.atttypmod - 4)::text end as limit,
      coalesce(beneath.typtype, t.typtype) = 'e' as is_enum,
      exists (
        select from pg_catalog.pg_index i
        where i.indrelid = a.attrelid and i.indisunique and i.indisvalid and i.indimmediate
          and i.indpred is null and i.indnkeyatts = 1 and i.indkey[0] = a.attnum
      ) as is_unique
    from ${sql.id(schema, "analytics_settings")} s
    join pg_catalog.pg_attribute a on a.attrelid = s.page_views and not a.attisdropped
    join pg_catalog.pg_type t on t.oid = a.atttypid
    left join pg_catalog.pg_type beneath on t.typtype = 'd' and beneath.oid = t.typbasetype
    where a.attnum > 0
  `.compile(db);
  return runQuery({ db, query, signal });
}

async function unfit({ connection, id }: Table & { id: Column | undefined }) {
  const { page_views_schema, page_views_table } = await connection.installation();
  const table = `${escapeIdentifier(page_views_schema)}.${escapeIdentifier(page_views_table)}`;
  const canKeepIds = id !== undefined && keyType(id) !== undefined;
  const column = canKeepIds ? id.name : "page_view_id";
  const reason = canKeepIds
    ? `has no unique index on ${column} alone`
    : `has an id of type ${id?.type ?? "none"}, which no browser can make`;
  const addColumn = canKeepIds ? "" : `ALTER TABLE ${table} ADD COLUMN page_view_id uuid; `;
  return new AnalyticsError(
    "unfit_page_views",
    `${table} ${reason}, so a view that is sent again would count twice. Run: ${addColumn}CREATE UNIQUE INDEX CONCURRENTLY ON ${table} (${escapeIdentifier(column)});`,
  );
}
