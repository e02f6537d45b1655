import { aborted } from "./aborted.ts";
import { type Connection, queryOne } from "./connection.ts";
import { pause } from "./pause.ts";

export interface MigrationLockOptions {
  schema: string;
  signal?: AbortSignal | undefined;
  onWaiting?: (() => void) | undefined;
}

/**
 * Runs the work while no other migrator works on the same schema.
 * The lock is polled: a session that waits in pg_advisory_lock holds a snapshot, and CREATE INDEX CONCURRENTLY of
 * the one that has the lock would wait for that snapshot.
 */
export async function withMigrationLock<Result>(
  connection: Connection,
  { schema, signal, onWaiting }: MigrationLockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const key = migrationLockKey(schema);
  let told = false;
  while (!(await tryLock(connection, key))) {
    if (!told) onWaiting?.();
    told = true;
    await pause(100, signal);
  }
  try {
    if (signal?.aborted) throw aborted(signal);
    return await work();
  } finally {
    await connection
      .query("select pg_advisory_unlock(hashtextextended($1, 0))", [key])
      // a broken connection has given its locks back already
      .catch(() => undefined);
  }
}

/** What is hashed to the number of the advisory lock. */
export function migrationLockKey(schema: string): string {
  return `headcount.migrations:${schema}`;
}

async function tryLock(connection: Connection, key: string): Promise<boolean> {
  const { locked } = await queryOne<{ locked: boolean }>(
    connection,
    "select pg_try_advisory_lock(hashtextextended($1, 0)) as locked",
    [key],
  );
  return locked;
}
