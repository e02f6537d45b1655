import type { Connection } from "../session/connection.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";
import type { InstallationFault } from "./installation-fault.ts";

/** What keeps changes of page views from being captured; nothing where the function that knows is not installed yet. */
export async function readCaptureFaults(
  connection: Connection,
  schema: string,
): Promise<InstallationFault[]> {
  const found = await connection.query(
    `select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = $1 and p.proname = 'capture_faults'`,
    [schema],
  );
  if (found.length === 0) return [];
  return connection.query<InstallationFault>(
    `select f.problem, f.fix from ${quoteIdentifier(schema)}.capture_faults() f`,
  );
}
