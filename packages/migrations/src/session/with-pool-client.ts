import { MigrationError } from "../migration-error.ts";
import { connectionOf, type MigrationPool, type Session } from "./connection.ts";
import { refuseTransactionPooler } from "./refuse-transaction-pooler.ts";
import { withSessionSettings } from "./session-settings.ts";

const ignoreError = (): void => undefined;

/**
 * Borrows one connection, with settings that migrations can rely on, and gives it back as it was.
 *
 * @throws {MigrationError} `invalid_input` when that is not a pool, `session_needed` behind a pooler in transaction mode
 */
export async function withPoolClient<Result>(
  pool: MigrationPool,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  checkPool(pool);
  const client = await pool.connect();
  // A connection that breaks rejects its query and emits as well; unheard, that would end the process.
  client.on?.("error", ignoreError);
  try {
    await refuseTransactionPooler(pool, client);
    return await withSessionSettings(connectionOf(client), work);
  } finally {
    client.off?.("error", ignoreError);
    client.release();
  }
}

// Whatever the types said: options may come from JavaScript.
function checkPool(pool: Partial<MigrationPool> | null | undefined): void {
  if (typeof pool?.connect === "function") return;
  throw new MigrationError("invalid_input", "pool has no connect(): give a Pool of pg.", {
    field: "pool",
  });
}
