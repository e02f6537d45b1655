import { sql } from "kysely";
import type { Connection } from "../database/connect.ts";
import { sqlState } from "../database/database-error.ts";
import { runQuery } from "../database/run-query.ts";
import { runStep } from "./run-step.ts";

/** The most changes that all who fold at the same time have in hand: about a second's work of one. */
const batchSize = 20_000;

/** The most changes that one transaction folds. Who folds beside others waits for them: in smaller batches, each waits less. */
export function largestBatch(concurrency: number): number {
  return Math.ceil(batchSize / concurrency);
}

/** With fewer, the statement itself costs more than they do. */
const minBatchSize = 100;

const queryCanceled = "57014";

interface BatchCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
  /** The most changes to fold: the `limit` that the batch before ended with. */
  limit: number;
  /** How many connections fold at the same time: each takes its share of the entities. */
  concurrency: number;
}

/** What one transaction folded. */
export interface FoldedBatch {
  /** How many changes; 0 when nothing is pending that others are not folding. */
  folded: number;
  /** How many it might have: fewer than was asked for, where the host's statement_timeout leaves no time for more. */
  limit: number;
}

/** Folds a batch of the oldest pending changes. What takes longer than a statement may is tried again with a quarter of them. */
export async function foldBatch(call: BatchCall): Promise<FoldedBatch> {
  for (let { limit } = call; ; limit = Math.max(minBatchSize, Math.floor(limit / 4))) {
    try {
      return { folded: await foldChanges({ ...call, limit }), limit };
    } catch (error) {
      const canceled = sqlState(error) === queryCanceled && limit > minBatchSize;
      if (!canceled || !(await hasStatementTimeout(call))) throw error;
    }
  }
}

async function foldChanges({
  connection: { db, schema },
  signal,
  limit,
  concurrency,
}: BatchCall): Promise<number> {
  const query = sql<{ folded: string }>`
    select ${sql.id(schema, "fold_page_view_changes")}(${limit}::int4, ${concurrency}::int4)::text as folded
  `.compile(db);
  return Number((await runStep({ db, query, signal })).folded);
}

// Without one it was somebody who canceled, and then it is to end.
async function hasStatementTimeout({
  connection: { db },
  signal,
}: Pick<BatchCall, "connection" | "signal">): Promise<boolean> {
  const query = sql<{ bounded: boolean }>`
    select current_setting('statement_timeout') <> '0' as bounded
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  return row?.bounded ?? false;
}
