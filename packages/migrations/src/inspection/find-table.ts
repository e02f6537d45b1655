import type { WantedTable } from "../migration-options.ts";
import { type Connection, queryOne } from "../session/connection.ts";
import type { TableName } from "../sql-text/table-name.ts";

export interface FoundTable {
  table: TableName;
  exists: boolean;
  schemaExists: boolean;
}

/**
 * Where is the table that was asked for? A schema that was named is final; else the installation's schema comes
 * first, then `public`. Looks into the catalog, for to_regclass fails on a schema without USAGE.
 */
export async function findTable(
  connection: Connection,
  wanted: WantedTable,
  installationSchema: string,
): Promise<FoundTable> {
  const candidates = wanted.schema === undefined ? [installationSchema, "public"] : [wanted.schema];
  const [found] = await connection.query<{ schema: string }>(
    `select n.nspname::text as schema
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relname = $2 and n.nspname = any ($1::text[])
     order by array_position($1::text[], n.nspname::text)
     limit 1`,
    [candidates, wanted.name],
  );
  const schema = found?.schema ?? candidates[0] ?? installationSchema;
  const { schemaExists } = await queryOne<{ schemaExists: boolean }>(
    connection,
    `select exists (select from pg_namespace where nspname = $1) as "schemaExists"`,
    [schema],
  );
  return { table: { schema, name: wanted.name }, exists: found !== undefined, schemaExists };
}
