import { suggestion } from "../advice/suggestion.ts";
import { defaultSchema } from "../default-schema.ts";
import { MigrationError } from "../migration-error.ts";
import type { InstallationOptions } from "../migration-options.ts";
import { withPoolClient } from "../session/with-pool-client.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";

/**
 * A slip of the pen in a command would install Headcount a second time: of all schemas, only the default one is created.
 *
 * @throws {MigrationError} `invalid_input`, with the nearest name that is there
 */
export async function checkSchema({ pool, schema }: InstallationOptions): Promise<void> {
  if (schema === undefined || schema === defaultSchema) return;
  const rows = await withPoolClient(pool, (connection) =>
    connection.query<{ name: string }>(
      `select n.nspname::text as name from pg_namespace n
       where n.nspname <> 'information_schema' and not starts_with(n.nspname, 'pg_')`,
    ),
  );
  const names = rows.map(({ name }) => name);
  if (names.includes(schema)) return;
  throw new MigrationError(
    "invalid_input",
    `schema names "${schema}", which does not exist.${suggestion(schema, names)} To install there, first run: CREATE SCHEMA ${quoteIdentifier(schema)};`,
    { field: "schema" },
  );
}
