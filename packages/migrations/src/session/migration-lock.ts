import { MigrationError } from "../migration-error.ts";
import { aborted } from "./aborted.ts";
import { type Connection, queryOne } from "./connection.ts";
import { pause } from "./pause.ts";

export interface MigrationLockOptions {
  schema: string;
  /** How long the session that has the lock may do nothing, in milliseconds. */
  maxIdleMs: number;
  signal?: AbortSignal | undefined;
  /** Called once, with who has the lock. */
  onWaiting?: ((holder: string | null) => void) | undefined;
}

/**
 * Runs the work while no other migrator works on the same schema.
 * The lock is polled: a session that waits in pg_advisory_lock holds a snapshot, and CREATE INDEX CONCURRENTLY of
 * the one that has the lock would wait for that snapshot.
 *
 * @throws {MigrationError} `lock_timeout` when the one that has it is not at work
 */
export async function withMigrationLock<Result>(
  connection: Connection,
  { schema, maxIdleMs, signal, onWaiting }: MigrationLockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const key = migrationLockKey(schema);
  let reported = false;
  while (!(await tryLock(connection, key))) {
    const holder = await findHolder(connection, key);
    if (holder !== undefined && holder.idle_ms > maxIdleMs) throw abandonedLock(schema, holder);
    if (!reported) onWaiting?.(holder?.name ?? null);
    reported = true;
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

interface Holder {
  pid: string;
  /** As a person recognizes it: "process 4711 (deploy)". */
  name: string;
  /** Since when it does nothing; 0 while it is at work, or where this role may not see that. */
  idle_ms: number;
}

async function findHolder(connection: Connection, key: string): Promise<Holder | undefined> {
  const [holder] = await connection.query<Omit<Holder, "idle_ms"> & { idle_ms: string }>(
    `select l.pid::text as pid,
       format('process %s (%s)', l.pid, coalesce(nullif(a.application_name, ''), a.usename)) as name,
       case a.state when 'idle' then 1000 * extract(epoch from clock_timestamp() - a.state_change) else 0 end::text as idle_ms
     from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1
       and l.database = (select d.oid from pg_database d where d.datname = current_database())
       and (l.classid::bigint << 32) | l.objid::bigint = hashtextextended($1, 0)`,
    [key],
  );
  return holder && { ...holder, idle_ms: Number(holder.idle_ms) };
}

function abandonedLock(schema: string, { pid, name, idle_ms }: Holder): MigrationError {
  return new MigrationError(
    "lock_timeout",
    `Another migrator has the lock of the schema "${schema}", and its session does nothing for ${Math.round(idle_ms / 1000)} s: ${name}. If it is not at work any more, let a role that may do so run: SELECT pg_terminate_backend(${pid});`,
  );
}
