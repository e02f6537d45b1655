import { sql } from "kysely";
import type { Connection } from "../database/connect.ts";
import { inTransaction } from "../database/in-transaction.ts";
import { runQuery } from "../database/run-query.ts";
import { withRetries } from "../database/with-retries.ts";

/** The most changes that one transaction folds: about a second's work. */
export const batchSize = 20_000;

interface BatchCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

/** Folds the oldest pending changes and says how many; 0 when nothing is pending or somebody else is folding. */
export async function foldBatch({
  connection: { db, schema },
  signal,
}: BatchCall): Promise<number> {
  const query = sql<{ folded: number }>`
    select ${sql.id(schema, "fold_page_view_changes")}(${batchSize}::int4)::int4 as folded
  `.compile(db);
  const work = () =>
    inTransaction({
      db,
      signal,
      work: (transaction) => runQuery({ db: transaction, query, signal }),
    });
  const [row] = await withRetries({ work, signal });
  return row?.folded ?? 0;
}
