import type { Kysely, Transaction } from "kysely";
import { AnalyticsError } from "../errors.ts";
import { toAnalyticsError } from "./database-error.ts";
import type { AnalyticsDatabase } from "./tables.ts";

interface TransactionToRun<Result> {
  db: Kysely<AnalyticsDatabase>;
  signal?: AbortSignal | undefined;
  work: (transaction: Transaction<AnalyticsDatabase>) => Promise<Result>;
}

/**
 * Work in a transaction of its own, always READ COMMITTED: folding waits for locks and must then see what is there.
 *
 * @throws {AnalyticsError} `invalid_input` when the host gave a transaction instead of a Kysely instance
 */
export async function inTransaction<Result>({
  db,
  signal,
  work,
}: TransactionToRun<Result>): Promise<Result> {
  if (db.isTransaction) {
    throw new AnalyticsError(
      "invalid_input",
      "db is a transaction, and this call commits by itself: give the client a Kysely instance.",
      { field: "db" },
    );
  }
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
