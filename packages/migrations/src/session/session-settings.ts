import { type Connection, queryOne, type Session } from "./connection.ts";

/** Names in SQL bodies must bind to built-ins, whatever the host's search_path is. */
export const migrationSearchPath = "pg_catalog, pg_temp";

// A host's limits for its own queries do not hold for migrations.
const settings: Readonly<Record<string, string>> = {
  search_path: migrationSearchPath,
  standard_conforming_strings: "on",
  statement_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  lock_timeout: "0",
};

/** Runs the work under the migrations' settings and puts back those that the host had. */
export async function withSessionSettings<Result>(
  connection: Connection,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const before = await connection.query<{ name: string; value: string }>(
    "select n.name, current_setting(n.name) as value from unnest($1::text[]) as n (name)",
    [Object.keys(settings)],
  );
  const hostSchemas = await readHostSchemas(connection);
  await applySettings(connection, Object.entries(settings));
  try {
    return await work({ ...connection, hostSchemas });
  } finally {
    // Putting settings back fails only on a broken connection, which has its own error and which pools drop themselves.
    await applySettings(
      connection,
      before.map(({ name, value }) => [name, value]),
    ).catch(() => undefined);
  }
}

async function readHostSchemas(connection: Connection): Promise<string[]> {
  const { schemas } = await queryOne<{ schemas: string }>(
    connection,
    "select pg_catalog.array_to_json(pg_catalog.current_schemas(false))::pg_catalog.text as schemas",
  );
  return (JSON.parse(schemas) as string[]).filter((schema) => !schema.startsWith("pg_"));
}

async function applySettings(connection: Connection, entries: [string, string][]): Promise<void> {
  await connection.query(
    "select set_config(s.name, s.value, false) from unnest($1::text[], $2::text[]) as s (name, value)",
    [entries.map(([name]) => name), entries.map(([, value]) => value)],
  );
}
