import type { CompiledQuery, Kysely } from "kysely";
import { toAnalyticsError } from "./database-error.ts";
import { type QueryEvent, QueryObserver } from "./query-observer.ts";
import { untilAborted } from "./until-aborted.ts";
import { withRetries } from "./with-retries.ts";

interface QueryToRun<Row> {
  db: Kysely<unknown>;
  query: CompiledQuery<Row>;
  signal?: AbortSignal | undefined;
}

/**
 * The rows of one statement. Aborting cancels it on the server, and this ends when the server has stopped, or a second later
 * where it cannot be cancelled: then it runs to its end, and its connection is given back after it.
 * Where the host's default is SERIALIZABLE, a read may fail for what others write: it is repeated, but within a
 * transaction only the whole could be.
 *
 * @throws {AnalyticsError} `aborted` or `database`
 */
export async function runQuery<Row>({ db, query, signal }: QueryToRun<Row>): Promise<Row[]> {
  const work = (): Promise<Row[]> => runOnce({ db, query, signal });
  return db.isTransaction ? work() : withRetries({ work, signal });
}

/** How long an aborted call waits for the server, in milliseconds. */
export const cancellationMs = 1000;

async function runOnce<Row>(call: QueryToRun<Row>): Promise<Row[]> {
  const { db, query, signal } = call;
  const startedAt = performance.now();
  const note = (outcome: Pick<QueryEvent, "rows" | "error">): void => {
    const duration_ms = performance.now() - startedAt;
    for (const plugin of db.getExecutor().plugins) {
      if (plugin instanceof QueryObserver) plugin.note({ sql: query.sql, duration_ms, ...outcome });
    }
  };
  try {
    const rows = await rowsOf(call);
    note({ rows: rows.length, error: null });
    return rows;
  } catch (failure) {
    const error = toAnalyticsError({ error: failure, signal });
    note({ rows: 0, error });
    throw error;
  }
}

async function rowsOf<Row>({ db, query, signal }: QueryToRun<Row>): Promise<Row[]> {
  if (signal === undefined) return (await db.executeQuery(query)).rows;
  const work = runCancellableQuery({ db, query, signal });
  return untilAborted({ work, signal, graceMs: cancellationMs });
}

/*
 * Kysely can cancel by itself, but then it reports every cancelled statement on the console, and a transaction
 * around it goes on before the statement has ended.
 */
async function runCancellableQuery<Row>({
  db,
  query,
  signal,
}: QueryToRun<Row> & { signal: AbortSignal }): Promise<Row[]> {
  const executor = db.getExecutor();
  return executor.provideConnection(
    async (connection) => {
      await connection.collectSessionInfo?.();
      signal.throwIfAborted();
      let cancelling: Promise<void> | undefined;
      const cancel = (): void => {
        cancelling = connection.cancelQuery?.(noSpareConnection).catch(() => undefined);
      };
      signal.addEventListener("abort", cancel, { once: true });
      try {
        const { rows } = await connection.executeQuery<Row>(query);
        signal.throwIfAborted();
        return rows;
      } finally {
        signal.removeEventListener("abort", cancel);
        // A late cancellation must not hit the next statement of this connection.
        await cancelling;
      }
    },
    { signal },
  );
}

// A connection of the pool could be waited for in vain: all may be busy with what is to be cancelled.
function noSpareConnection(): Promise<void> {
  return Promise.reject(new Error("This driver cannot open a connection beside its pool."));
}
