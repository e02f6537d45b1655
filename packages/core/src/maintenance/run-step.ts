import type { CompiledQuery, Kysely } from "kysely";
import { inTransaction } from "../database/in-transaction.ts";
import { runQuery } from "../database/run-query.ts";
import { withRetries } from "../database/with-retries.ts";
import { AnalyticsError } from "../errors.ts";

interface StepToRun<Row> {
  db: Kysely<unknown>;
  query: CompiledQuery<Row>;
  signal?: AbortSignal | undefined;
}

/**
 * The one row of a statement that does a step of upkeep, in a transaction of its own, which is repeated when another one
 * made it fail.
 *
 * @throws {AnalyticsError} `aborted` or `database`
 */
export async function runStep<Row>({ db, query, signal }: StepToRun<Row>): Promise<Row> {
  const work = () =>
    inTransaction({
      db,
      signal,
      work: (transaction) => runQuery({ db: transaction, query, signal }),
    });
  const [row] = await withRetries({ work, signal });
  if (row === undefined) throw new AnalyticsError("database", "The database did not answer.");
  return row;
}
