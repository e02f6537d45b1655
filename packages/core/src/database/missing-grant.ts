import { escapeIdentifier } from "pg";
import type { Connection } from "./connect.ts";

/** What the roles of docs/installing.md do that a client connects as. */
export type ConnectingRole = "reads" | "folds and rebuilds" | "collects" | "erases";

interface Refusal {
  /** What the server refused, in its words. */
  message: string;
  connection: Connection;
  role: ConnectingRole;
}

/** What to grant after the server refused something: a statement that runs as it is, where it is known. */
export async function missingGrant({ message, connection, role }: Refusal): Promise<string> {
  // The server names the object only in its sentence: in another language than English the object stays unknown.
  const [, kind, name = ""] =
    /^permission denied for (schema|table|view|function) (.+)$/.exec(message) ?? [];
  const lists = `docs/installing.md lists all grants of the role that ${role}`;
  const right =
    kind === "schema"
      ? `USAGE ON SCHEMA ${escapeIdentifier(name)}`
      : kind !== undefined && role === "reads" && (await readingRight({ connection, kind, name }));
  return right
    ? `Run: GRANT ${right} TO the role that connects; ${lists}.`
    : `Grant the role that connects what it lacks: ${lists}.`;
}

const ours =
  /^(analytics_\w+|(page_view|session|entry|set_aside)_changes|left_out_page_views|visitor_sessions|headcount_migrations)$/;

async function readingRight({
  connection,
  kind,
  name,
}: Pick<Refusal, "connection"> & { kind: string; name: string }): Promise<string | undefined> {
  if (kind === "function")
    return `EXECUTE ON FUNCTION ${escapeIdentifier(connection.schema)}.${escapeIdentifier(name)}`;
  if (ours.test(name))
    return `SELECT ON ${escapeIdentifier(connection.schema)}.${escapeIdentifier(name)}`;
  const { page_views_schema, page_views_table } = await connection.installation();
  // Other tables are behind the view of accounts: which columns of them, only the host knows.
  if (name !== page_views_table) return undefined;
  return `SELECT ON ${escapeIdentifier(page_views_schema)}.${escapeIdentifier(name)}`;
}
