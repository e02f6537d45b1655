import { suggestion } from "../advice/suggestion.ts";
import { defaultSchema } from "../default-schema.ts";
import { schemaNames } from "../inspection/schema-names.ts";
import { MigrationError } from "../migration-error.ts";
import type { InstallationOptions } from "../migration-options.ts";
import { checkSchemaName } from "../parse-target.ts";
import { withPoolClient } from "../session/with-pool-client.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";

/**
 * A slip of the pen in a command would install Headcount a second time: of all schemas, only the default one is created.
 *
 * @throws {MigrationError} `invalid_input`, with the nearest name that is there
 */
export async function checkSchema({ pool, schema }: InstallationOptions): Promise<void> {
  if (schema === undefined || schema === defaultSchema) return;
  checkSchemaName(schema);
  const names = await withPoolClient(pool, schemaNames);
  if (names.includes(schema)) return;
  throw new MigrationError(
    "invalid_input",
    `schema names "${schema}", which does not exist.${suggestion(schema, [defaultSchema, ...names])} To install there, first run: CREATE SCHEMA ${quoteIdentifier(schema)};`,
    { field: "schema" },
  );
}
