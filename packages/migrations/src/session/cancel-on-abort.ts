import { aborted, throwIfAborted } from "./aborted.ts";
import { type Connection, connectionOf, type MigrationPool, queryOne } from "./connection.ts";

/** Runs the work; when the signal aborts before its end, cancels on the server the statement that it is waiting for. */
export async function cancelOnAbort<Result>(
  {
    pool,
    connection,
    signal,
  }: { pool: MigrationPool; connection: Connection; signal: AbortSignal | undefined },
  work: () => Promise<Result>,
): Promise<Result> {
  if (signal === undefined) return work();
  throwIfAborted(signal);
  const { pid } = await queryOne<{ pid: number }>(connection, "select pg_backend_pid() as pid");

  let working = true;
  let cancelling: Promise<void> | undefined;
  const cancel = async (): Promise<void> => {
    const client = await pool.connect();
    try {
      // Checked once more: a cancellation that comes late would hit the next user of that connection.
      if (!working) return;
      cancelling = connectionOf(client)
        .query("select pg_cancel_backend($1)", [pid])
        .then(() => undefined);
      await cancelling;
    } finally {
      client.release();
    }
  };
  const onAbort = (): void => {
    // Without a second connection the statement runs to its end, and the next one is not begun.
    cancel().catch(() => undefined);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await work();
  } catch (error) {
    throw signal.aborted ? aborted(signal) : error;
  } finally {
    working = false;
    signal.removeEventListener("abort", onAbort);
    await cancelling?.catch(() => undefined);
  }
}
