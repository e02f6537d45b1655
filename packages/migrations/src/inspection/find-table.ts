import type { WantedTable } from "../migration-options.ts";
import { type Connection, queryOne, type Session } from "../session/connection.ts";
import type { TableName } from "../sql-text/quote.ts";

export interface FoundTable {
  table: TableName;
  exists: boolean;
  schemaExists: boolean;
}

/** Where a table is looked for whose schema was not named: where the host's own statements find it, then in ours. */
export function searchedSchemas(
  { hostSchemas }: Pick<Session, "hostSchemas">,
  installationSchema: string,
): string[] {
  const others = [...hostSchemas, "public"].filter((schema) => schema !== installationSchema);
  return [...new Set([...others, installationSchema])];
}

interface TableToFind {
  connection: Connection;
  wanted: WantedTable;
  schemas: readonly string[];
}

/**
 * Where is the table that was asked for? A schema that was named is final; else it is the first of these that has it, and
 * the first of all when none has. Looks into the catalog, because to_regclass fails on a schema without USAGE.
 */
export async function findTable({ connection, wanted, schemas }: TableToFind): Promise<FoundTable> {
  const candidates = wanted.schema === undefined ? schemas : [wanted.schema];
  const [found] = await connection.query<{ schema: string }>(
    `select n.nspname::text as schema
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relname = $2 and n.nspname = any ($1::text[])
     order by array_position($1::text[], n.nspname::text)
     limit 1`,
    [candidates, wanted.name],
  );
  const schema = found?.schema ?? candidates[0] ?? "public";
  const { schemaExists } = await queryOne<{ schemaExists: boolean }>(
    connection,
    `select exists (select from pg_namespace where nspname = $1) as "schemaExists"`,
    [schema],
  );
  return { table: { schema, name: wanted.name }, exists: found !== undefined, schemaExists };
}
