import type { Connection } from "../session/connection.ts";

/** The schemas of hosts: all but those of Postgres. */
export async function schemaNames(connection: Connection): Promise<string[]> {
  const rows = await connection.query<{ name: string }>(
    `select n.nspname::text as name from pg_namespace n
     where n.nspname <> 'information_schema' and not starts_with(n.nspname, 'pg_')`,
  );
  return rows.map(({ name }) => name);
}
