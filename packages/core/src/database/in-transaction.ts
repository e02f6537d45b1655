import type { Kysely, Transaction } from "kysely";
import { toAnalyticsError } from "./database-error.ts";
import { cancellationMs } from "./run-query.ts";
import { untilAborted } from "./until-aborted.ts";

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
    const transaction = db
      .connection()
      .execute(
        (connection) => connection.transaction().setIsolationLevel("read committed").execute(work),
        { signal },
      );
    // the rollback of a statement that cannot be cancelled waits for its end
    return await untilAborted({ work: transaction, signal, graceMs: cancellationMs });
  } catch (error) {
    throw toAnalyticsError({ error, signal });
  }
}
