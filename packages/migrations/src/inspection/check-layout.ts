import { upCommand } from "../advice/up-command.ts";
import { MigrationError } from "../migration-error.ts";
import type { InstallationTarget } from "../migration-options.ts";
import { type Connection, queryOne } from "../session/connection.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";

/** @throws {MigrationError} `schema_out_of_date` when this schema has what was installed before the first release */
export async function checkLayout(
  connection: Connection,
  { schema, target }: { schema: string; target: Pick<InstallationTarget, "schema"> },
): Promise<void> {
  const { old } = await queryOne<{ old: boolean }>(
    connection,
    `select count(*) > 0 and not coalesce(bool_or(a.attname = 'rendered_checksum'), false) as old
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = 'headcount_migrations'`,
    [schema],
  );
  if (!old) return;
  const remedy =
    schema === "public"
      ? "as the docs/installing.md of that version says"
      : `(DROP SCHEMA ${quoteIdentifier(schema)} CASCADE, where nothing else is in it)`;
  throw new MigrationError(
    "schema_out_of_date",
    `The schema "${schema}" has an installation from before the first release, which cannot be brought up to date: take it out ${remedy}, and install anew: ${upCommand(target.schema)}`,
  );
}
