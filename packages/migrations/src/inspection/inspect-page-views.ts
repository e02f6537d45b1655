import { type Connection, queryOne } from "../session/connection.ts";
import { maxIdBytes } from "../sql-text/page-view-columns.ts";
import { quoteTableName, type TableName } from "../sql-text/quote.ts";

export interface PageViewsColumn {
  name: string;
  /** As format_type writes it, without a modifier: "character varying". */
  type: string;
  /** As it was declared: "character varying(40)". */
  declaration: string;
  /** The type, or that beneath a domain. */
  baseType: string;
  isEnum: boolean;
  /** Null when it is the database's, or when the type has none. */
  collation: { name: string; isDeterministic: boolean } | null;
  isGenerated: boolean;
  /** Null when it is stored. */
  virtualExpression: string | null;
}

/** What the catalog says of the table that is to be adopted. */
export interface PageViewsTable {
  table: TableName;
  kind: "ordinary" | "partitioned" | "other";
  persistence: "permanent" | "unlogged" | "temporary";
  isPartition: boolean;
  /** The column whose ranges its partitions are; null when it has none, or others. */
  partitionedBy: string | null;
  hasInheritingTables: boolean;
  hidesRows: boolean;
  owner: string;
  columns: PageViewsColumn[];
  /** Null when the table was never analyzed. */
  estimatedRows: number | null;
  /** The schema of the installation whose triggers it has already. */
  capturedBy: string | null;
  /** Names of our indexes that something else in the schema has taken. */
  takenIndexNames: string[];
  /** Names of our indexes that it has already, over fewer rows than are looked for in ours. */
  narrowIndexNames: string[];
}

interface TableToInspect {
  connection: Connection;
  table: TableName;
  /** Those of our indexes. */
  indexNames: readonly string[];
}

/** Reads only the catalog: that needs no privilege on the table. The table must exist. */
export async function inspectPageViews({
  connection,
  table,
  indexNames,
}: TableToInspect): Promise<PageViewsTable> {
  const { description } = await queryOne<{ description: string }>(connection, describeTable, [
    table.schema,
    table.name,
    indexNames,
    maxIdBytes + 1,
  ]);
  return { table, ...(JSON.parse(description) as Omit<PageViewsTable, "table">) };
}

// Partitions keep the estimates of a partitioned table, and -1 says that there is none.
const describeTable = `
select json_build_object(
  'kind', case c.relkind when 'r' then 'ordinary' when 'p' then 'partitioned' else 'other' end,
  'persistence', case c.relpersistence when 'p' then 'permanent' when 'u' then 'unlogged' else 'temporary' end,
  'isPartition', c.relispartition,
  'partitionedBy', (
    select a.attname from pg_partitioned_table t
    join pg_attribute a on a.attrelid = t.partrelid and a.attnum = t.partattrs[0]
    where t.partrelid = c.oid and t.partstrat = 'r' and t.partnatts = 1
  ),
  'hasInheritingTables', c.relkind = 'r' and exists (select from pg_inherits i where i.inhparent = c.oid),
  'hidesRows', row_security_active(c.oid),
  'owner', pg_get_userbyid(c.relowner),
  'columns', (
    select coalesce(json_agg(json_build_object(
      'name', a.attname,
      'type', format_type(a.atttypid, null),
      'declaration', format_type(a.atttypid, a.atttypmod),
      'baseType', format_type(base.oid, null),
      'isEnum', base.typtype = 'e',
      'collation', case when a.attcollation <> 0 and co.collname <> 'default' then
        json_build_object('name', format('%I.%I', cn.nspname, co.collname), 'isDeterministic', co.collisdeterministic)
      end,
      'isGenerated', a.attgenerated <> '',
      'virtualExpression', case when a.attgenerated = 'v' then pg_get_expr(d.adbin, d.adrelid) end
    ) order by a.attnum), '[]')
    from pg_attribute a
    cross join lateral (
      with recursive beneath as (
        select t.oid, t.typtype, t.typbasetype from pg_type t where t.oid = a.atttypid
        union all
        select t.oid, t.typtype, t.typbasetype from beneath b join pg_type t on t.oid = b.typbasetype where b.typtype = 'd'
      )
      select b.oid, b.typtype from beneath b where b.typtype <> 'd'
    ) base
    left join pg_collation co on co.oid = a.attcollation
    left join pg_namespace cn on cn.oid = co.collnamespace
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ),
  'estimatedRows', (
    select case when min(leaf.reltuples) >= 0 then sum(leaf.reltuples)::bigint end
    from pg_class leaf
    where c.relkind = 'r' and leaf.oid = c.oid
      or c.relkind = 'p' and leaf.oid in (select t.relid from pg_partition_tree(c.oid) t where t.isleaf)
  ),
  'capturedBy', (
    select min(n.nspname)
    from pg_trigger t join pg_proc p on p.oid = t.tgfoid join pg_namespace n on n.oid = p.pronamespace
    where t.tgrelid = c.oid and starts_with(t.tgname, 'headcount_capture_')
  ),
  'takenIndexNames', (
    select coalesce(json_agg(taken.relname order by taken.relname), '[]')
    from pg_class taken
    where taken.relnamespace = c.relnamespace and taken.relname = any ($3::text[])
      and not exists (select from pg_index i where i.indexrelid = taken.oid and i.indrelid = c.oid)
  ),
  'narrowIndexNames', (
    select coalesce(json_agg(narrow.relname order by narrow.relname), '[]')
    from pg_index i join pg_class narrow on narrow.oid = i.indexrelid
    where i.indrelid = c.oid and i.indisvalid and narrow.relname = any ($3::text[])
      and regexp_replace(pg_get_expr(i.indpred, i.indrelid), '[(]LEAST[(].* <> ' || $4::int || '[)]', 'fits') not in (
        'fits',
        format('(%s IS NOT NULL)', pg_get_indexdef(i.indexrelid, 1, false)),
        format('((%s IS NOT NULL) AND fits)', pg_get_indexdef(i.indexrelid, 1, false))
      )
  )
)::text as description
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2`;

/** Whether it has rows, as far as this role may know: it may have where it may not be read. */
export async function mayHaveRows(connection: Connection, table: TableName): Promise<boolean> {
  const { readable } = await queryOne<{ readable: boolean }>(
    connection,
    `select bool_and(has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT')) as readable
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2`,
    [table.schema, table.name],
  );
  if (!readable) return true;
  const { found } = await queryOne<{ found: boolean }>(
    connection,
    `select exists (select 1 from ${quoteTableName(table)}) as found`,
  );
  return found;
}
