import type { Pool } from "pg";

/** What migrating made, as the catalog has it: whatever its schema is called, and however rollups are stored. */
export interface Installation {
  /** The schema, quoted. */
  schema: string;
  /** The tables that hold rollups, quoted and with their schema. */
  rollups: string[];
}

// page views may be made by migrating; queues and the ledger hold no rollups
const others = /\.(page_views|\w+_changes|\w+_migrations)$/;

/** What is installed, given the tables that were there before. */
export async function readInstallation(
  pool: Pool,
  before: readonly string[],
): Promise<Installation> {
  const { rows } = await pool.query<{ schema: string }>(
    `select format('%I', n.nspname) as schema
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where p.proname = 'fold_page_view_changes'`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("Headcount is not installed in the database of this run.");
  const made = (await readTables(pool)).filter((name) => !before.includes(name));
  return { schema: row.schema, rollups: made.filter((name) => !others.test(name)) };
}

/** The tables of all schemas except Postgres's own, quoted and with their schema. */
export async function readTables(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')
     order by c.relname`,
  );
  return rows.map(({ name }) => name);
}

/** Bytes on disk of a table without its indexes, or of an index. */
export interface StoredBytes {
  name: string;
  bytes: number;
}

/** How many bytes do rollups take on disk, table by table and index by index? */
export async function readRollupBytes(
  pool: Pool,
  { rollups }: Installation,
): Promise<StoredBytes[]> {
  const { rows } = await pool.query<StoredBytes>(
    `select s.name, s.bytes
     from unnest($1::regclass[]) as t (id)
     join pg_class c on c.oid = t.id
     cross join lateral (
       select c.relname || ', rows' as name, pg_table_size(c.oid)::float8 as bytes, 0 as place
       union all
       select i.relname || ', index', pg_relation_size(i.oid)::float8, 1
       from pg_index x join pg_class i on i.oid = x.indexrelid
       where x.indrelid = c.oid
     ) s
     order by c.relname, s.place, s.name`,
    [rollups],
  );
  return rows;
}

/** How many bytes does a table take on disk, with its partitions and indexes? */
export async function readTableBytes(pool: Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(
    `select sum(pg_total_relation_size(t.id))::float8 as bytes
     from (select $1::regclass as id union all select i.inhrelid from pg_inherits i where i.inhparent = $1::regclass) t`,
    [table],
  );
  return rows[0]?.bytes ?? 0;
}
