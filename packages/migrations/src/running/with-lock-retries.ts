import { before } from "../generated/replay.ts";
import { isMigrationError, MigrationError } from "../migration-error.ts";
import { throwIfAborted } from "../session/aborted.ts";
import type { Connection } from "../session/connection.ts";
import { pause } from "../session/pause.ts";
import { quoteTableName } from "../sql-text/quote.ts";
import type { RunContext } from "./run-context.ts";
import { sqlState } from "./sql-state.ts";

const lockNotAvailable = "55P03";
const deadlockDetected = "40P01";
const firstPauseMs = 200;
const maxPauseMs = 5000;

/**
 * Runs the work, a step of this name, again while a lock cannot be had. Waiting without end for a lock on a busy table would make all
 * its writers queue up behind us.
 */
export async function withLockRetries<Result>(
  name: string,
  context: RunContext,
  work: () => Promise<Result>,
): Promise<Result> {
  const { lockAttempts, onProgress, signal } = context;
  for (let attempt = 1; ; attempt += 1) {
    throwIfAborted(signal);
    try {
      return await work();
    } catch (error) {
      const state = sqlState(error);
      if (state !== lockNotAvailable && state !== deadlockDetected) throw error;
      if (attempt >= lockAttempts) {
        throw await lockTimeout({ ...context, name, attempts: attempt, cause: error });
      }
      onProgress?.({ kind: "lock_retry", name, attempt, attempts: lockAttempts });
      await pause(Math.min(firstPauseMs * 2 ** (attempt - 1), maxPauseMs), signal);
    }
  }
}

interface FailedStep extends RunContext {
  name: string;
  attempts: number;
  cause: unknown;
}

async function lockTimeout({
  connection,
  lockTimeoutMs,
  placeholders,
  name,
  attempts,
  cause,
}: FailedStep): Promise<MigrationError> {
  const waited = `within ${lockTimeoutMs} ms, tried ${attempts} times`;
  const rest = "Nothing of it was applied; run it again when long transactions are over.";
  const problem = isKeptOut(cause)
    ? await isFolding(connection, { name, waited, schema: placeholders.schema })
    : await tableIsBusy(connection, {
        name,
        waited,
        table: quoteTableName(placeholders.pageViews),
      });
  return new MigrationError("lock_timeout", `${problem} ${rest}`, { step: name, cause });
}

// The rows that folding locks are taken by the statements that come before all others.
function isKeptOut(cause: unknown): boolean {
  return isMigrationError(cause) && cause.details.file === before.file;
}

async function isFolding(
  connection: Connection,
  { name, waited, schema }: { name: string; waited: string; schema: string },
): Promise<string> {
  const slots = quoteTableName({ schema, name: "analytics_slots" });
  const holders = await lockHolders(connection, slots);
  const who = holders.length === 0 ? "a fold or a rebuild is at work" : holders.join(", ");
  return `${name} could not keep folding out ${waited}: ${who}.`;
}

async function tableIsBusy(
  connection: Connection,
  { name, waited, table }: { name: string; waited: string; table: string },
): Promise<string> {
  const holders = await lockHolders(connection, table);
  const held = holders.length === 0 ? "" : ` The table is in use by ${holders.join(", ")}.`;
  return `${name} could not get its lock on ${table} ${waited}.${held}`;
}

async function lockHolders(connection: Connection, table: string): Promise<string[]> {
  const rows = await connection.query<{ holder: string }>(
    `select distinct format('process %s (%s, in a transaction for %s s)', a.pid, coalesce(nullif(a.application_name, ''), a.usename),
       extract(epoch from clock_timestamp() - a.xact_start)::int) as holder
     from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.relation = to_regclass($1) and l.granted and l.pid <> pg_backend_pid()
     order by 1 limit 5`,
    [table],
  );
  return rows.map((row) => row.holder);
}
