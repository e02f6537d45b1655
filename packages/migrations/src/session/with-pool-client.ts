import { type Connection, connectionOf, type MigrationPool } from "./connection.ts";
import { withSessionSettings } from "./session-settings.ts";

const ignoreError = (): void => undefined;

/** Borrows one connection, with settings that migrations can rely on, and gives it back as it was. */
export async function withPoolClient<Result>(
  pool: MigrationPool,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  // A connection that breaks rejects its query and emits as well; unheard, that would end the process.
  client.on?.("error", ignoreError);
  try {
    const connection = connectionOf(client);
    return await withSessionSettings(connection, () => work(connection));
  } finally {
    client.off?.("error", ignoreError);
    client.release();
  }
}
