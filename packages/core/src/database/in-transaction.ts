import type { Kysely, Transaction } from "kysely";
import { toAnalyticsError } from "./database-error.ts";

interface TransactionToRun<Result> {
  db: Kysely<unknown>;
  signal?: AbortSignal | undefined;
  work: (transaction: Transaction<unknown>) => Promise<Result>;
}

/** Work in a transaction of its own, always READ COMMITTED: folding waits for locks and must then see what is there. */
export async function inTransaction<Result>({
  db,
  signal,
  work,
}: TransactionToRun<Result>): Promise<Result> {
  try {
    return await db
      .connection()
      .execute(
        (connection) => connection.transaction().setIsolationLevel("read committed").execute(work),
        { signal },
      );
  } catch (error) {
    throw toAnalyticsError({ error, signal });
  }
}
