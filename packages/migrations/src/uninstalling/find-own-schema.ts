import type { Connection } from "../session/connection.ts";
import { quoteIdentifier, quoteLiteral } from "../sql-text/quote.ts";
import type { OwnObject } from "./find-own-objects.ts";

/** The schema, unless it is the one of everybody: it goes when nothing else is in it. */
export async function findOwnSchema(connection: Connection, schema: string): Promise<OwnObject[]> {
  if (schema === "public") return [];
  const found = await connection.query(
    "select from pg_namespace n where n.nspname = $1 and pg_has_role(n.nspowner, 'USAGE')",
    [schema],
  );
  if (found.length === 0) return [];
  const name = quoteIdentifier(schema);
  const statement = `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = ${quoteLiteral(name)}::regnamespace) THEN DROP SCHEMA ${name}; END IF; END $$;`;
  return [{ name: `schema ${schema}, when nothing else is in it`, statement }];
}
