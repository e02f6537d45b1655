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
  /** The columns that are unique together, of which the key is one: alone, where page views are not spread over servers. */
  unique_columns: readonly string[];
  /** Set where no index is unique by the key alone, because the table is partitioned: `collected_page_views` knows the view then. */
  partitioned: PartitionedColumns | undefined;
  /** How many characters of a referrer fit. */
  referrer_limit: number | undefined;
  /** The names of the columns that hold the rest of a view. */
  names: Readonly<Record<StoredColumn, string>>;
  /** The enums among their types, which text has to be cast to. */
  enums: Readonly<Partial<Record<StoredColumn, string>>>;
}

export interface PartitionedColumns {
  /** As `viewed_at` is declared: "timestamp(3) with time zone". */
  viewed_at_type: string;
  /** A unique index that begins with the key, where there is one. */
  unique_columns: readonly string[];
}

const storedColumns = [
  "entity_type",
  "entity_id",
  "account_id",
  "session_id",
  "visitor_id",
  "owner_id",
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
  /** As it was declared. */
  declaration: string;
  /** Whether views are found by it, and by which further columns they are unique; null when the table is not partitioned. */
  partitioned: { is_indexed: boolean; unique_columns: readonly string[] | null } | null;
}

interface Table {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

/** @throws {AnalyticsError} `unfit_page_views` when a view that is sent again could not be distinguished from a new one */
export async function readPageViewColumns(table: Table): Promise<PageViewColumns> {
  const { columns: others, distributed } = await table.connection.installation();
  const nameOf = (name: string): string => others[name] ?? name;
  const columns = await readColumns(table, distributed ? nameOf("entity_id") : null);
  const find = (name: string) => columns.find((column) => column.name === nameOf(name));
  const keys = [find("id"), find("page_view_id")].filter(
    (column) => column !== undefined && keyType(column) !== undefined,
  );
  const unique = keys.find((column) => column?.is_unique);
  const key = unique ?? keys.find((column) => column?.partitioned?.is_indexed);
  if (key === undefined) throw await unfit({ ...table, id: find("id") });
  const { limit = null } = find("referrer_url") ?? {};
  return {
    key: key.name,
    key_type: keyType(key) ?? "uuid",
    unique_columns: distributed ? [key.name, nameOf("entity_id")] : [key.name],
    partitioned:
      unique === undefined
        ? {
            viewed_at_type: find("viewed_at")?.declaration ?? "timestamptz",
            unique_columns: key.partitioned?.unique_columns ?? [],
          }
        : undefined,
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

// Which columns could keep the id that a client made, and which of them is unique by itself, or with the one by which rows are spread, or an index
// of partitions begins with?
async function readColumns(
  { connection: { db, schema }, signal }: Table,
  spreadBy: string | null,
): Promise<Column[]> {
  const query = sql<Column>`
    select
      a.attname::text as name,
      format_type(a.atttypid, null) as type,
      case when a.atttypid in ('varchar'::regtype, 'bpchar'::regtype) and a.atttypmod > 4 then (a.atttypmod - 4)::text end as limit,
      coalesce(beneath.typtype, t.typtype) = 'e' as is_enum,
      exists (
        select from pg_catalog.pg_index i
        where i.indrelid = a.attrelid and i.indisunique and i.indisvalid and i.indimmediate
          and i.indpred is null and a.attnum = any (i.indkey)
          and (
            select array_agg(k.attname::text order by k.attname)
            from pg_catalog.pg_attribute k
            where k.attrelid = i.indrelid and k.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
          ) = (
            select array_agg(n.name order by n.name)
            from unnest(array[a.attname::text, ${spreadBy}::text]) n (name) where n.name is not null
          )
      ) as is_unique,
      format_type(a.atttypid, a.atttypmod) as declaration,
      (
        select json_build_object(
          'is_indexed', count(i.indexrelid) > 0,
          'unique_columns', (
            json_agg(
              (
                select json_agg(k.attname order by n.nth)
                from generate_series(0, i.indnkeyatts - 1) n (nth)
                join pg_catalog.pg_attribute k on k.attrelid = i.indrelid and k.attnum = i.indkey[n.nth]
              )
            ) filter (where i.indisunique and i.indimmediate and i.indpred is null and i.indexprs is null)
          ) -> 0
        )
        from pg_catalog.pg_partitioned_table t
        left join pg_catalog.pg_index i on i.indrelid = t.partrelid and i.indisvalid and i.indkey[0] = a.attnum
          and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname))
        where t.partrelid = a.attrelid
        group by t.partrelid
      ) as partitioned
    from ${sql.id(schema, "analytics_settings")} s
    join pg_catalog.pg_attribute a on a.attrelid = s.page_views and not a.attisdropped
    join pg_catalog.pg_type t on t.oid = a.atttypid
    left join pg_catalog.pg_type beneath on t.typtype = 'd' and beneath.oid = t.typbasetype
    where a.attnum > 0
  `.compile(db);
  return runQuery({ db, query, signal });
}

async function unfit({ connection, id }: Table & { id: Column | undefined }) {
  const installation = await connection.installation();
  const { page_views_schema, page_views_table, distributed } = installation;
  const entity = escapeIdentifier(installation.columns["entity_id"] ?? "entity_id");
  const table = `${escapeIdentifier(page_views_schema)}.${escapeIdentifier(page_views_table)}`;
  const canKeepIds = id !== undefined && keyType(id) !== undefined;
  const column = canKeepIds ? id.name : "page_view_id";
  const name = escapeIdentifier(column);
  const isPartitioned = Boolean(id?.partitioned);
  const missing = isPartitioned
    ? `has no index that begins with ${column}`
    : `has no unique index on ${distributed ? `${column} and ${entity}` : `${column} alone`}`;
  const reason = canKeepIds
    ? missing
    : `has an id of type ${id?.type ?? "none"}, which no browser can make`;
  const addColumn = canKeepIds ? "" : `ALTER TABLE ${table} ADD COLUMN page_view_id uuid; `;
  const addIndex = isPartitioned
    ? `CREATE INDEX ON ${table} (${name})${canKeepIds ? "" : ` WHERE ${name} IS NOT NULL`};`
    : `CREATE UNIQUE INDEX CONCURRENTLY ON ${table} (${distributed ? `${name}, ${entity}` : name});`;
  return new AnalyticsError(
    "unfit_page_views",
    `${table} ${reason}, so a view that is sent again would count twice. Run: ${addColumn}${addIndex}`,
  );
}
