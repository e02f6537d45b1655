import { migrationSearchPath } from "../session/session-settings.ts";
import type { RunContext } from "./run-context.ts";

/** Runs the work in a transaction that waits for no lock longer than it may. */
export async function inTransaction<Result>(
  { connection, lockTimeoutMs, source }: RunContext,
  work: () => Promise<Result>,
): Promise<Result> {
  await connection.query("begin isolation level read committed read write");
  try {
    await connection.query(`set local search_path to ${migrationSearchPath}`);
    await connection.query(`set local lock_timeout to ${lockTimeoutMs}`);
    // types and functions are made on all servers, over one connection to each
    if (source.isDistributed === true) {
      await connection.query("set local citus.multi_shard_modify_mode to 'sequential'");
    }
    const result = await work();
    await connection.query("commit");
    return result;
  } catch (error) {
    // On a broken connection there is nothing to roll back, and the first error is the one to report.
    await connection.query("rollback").catch(() => undefined);
    throw error;
  }
}
