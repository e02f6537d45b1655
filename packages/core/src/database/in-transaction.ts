import type { Kysely, Transaction } from "kysely";
import { toAnalyticsError } from "./database-error.ts";
import type { AnalyticsDatabase } from "./tables.ts";

interface TransactionToRun<Result> {
  db: Kysely<AnalyticsDatabase>;
  signal?: AbortSignal | undefined;
  work: (transaction: Transaction<AnalyticsDatabase>) => Promise<Result>;
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
