import type { Connection } from "../session/connection.ts";
import type { TableName } from "../sql-text/quote.ts";

/** The columns that names are taken from and this table does not have; without one of them nobody gets a name. */
export async function missingAccountColumns(
  connection: Connection,
  { schema, name }: TableName,
): Promise<string[]> {
  const rows = await connection.query<{ name: string }>(
    `select needed.name
     from unnest(array['id', 'username', 'first_name', 'last_name']) with ordinality needed (name, nth)
     where not exists (
       select from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relname = $2 and a.attname = needed.name and not a.attisdropped
     )
     order by needed.nth`,
    [schema, name],
  );
  return rows.map((row) => row.name);
}
