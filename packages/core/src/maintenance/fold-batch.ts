import { sql } from "kysely";
import type { Connection } from "../database/connect.ts";
import { sqlState } from "../database/database-error.ts";
import { runQuery } from "../database/run-query.ts";
import { runStep } from "./run-step.ts";

/** The most changes that one transaction folds: about a second's work. */
export const batchSize = 20_000;

/** With fewer, the statement itself costs more than they do. */
const minBatchSize = 100;

const queryCanceled = "57014";

interface BatchCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
  /** The most changes to fold: the `limit` that the batch before ended with. */
  limit: number;
  /** Whether others fold at the same time: then only one free slot is taken, and what it does to sessions is handed on. */
  parallel: boolean;
}

/** What one transaction folded. */
export interface FoldedBatch {
  /** How much was taken out of the queues; 0 when nothing is pending or others are folding it. */
  taken: number;
  /** How many of these were changes of page views, and not what an earlier transaction had handed on. */
  folded: number;
  /** How many it might have: fewer than was asked for, where the host's statement_timeout leaves no time for more. */
  limit: number;
}

/** Folds a batch of the oldest pending changes. What takes longer than a statement may is tried again with a quarter of them. */
export async function foldBatch(call: BatchCall): Promise<FoldedBatch> {
  for (let { limit } = call; ; limit = Math.max(minBatchSize, Math.floor(limit / 4))) {
    try {
      return { ...(await foldChanges({ ...call, limit })), limit };
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
  parallel,
}: BatchCall): Promise<Pick<FoldedBatch, "taken" | "folded">> {
  if (!parallel) {
    const query = sql<{ taken: string }>`
      select ${sql.id(schema, "fold_page_view_changes")}(${limit}::int4)::text as taken
    `.compile(db);
    const taken = Number((await runStep({ db, query, signal })).taken);
    return { taken, folded: taken };
  }
  const query = sql<{ pass: string | null; folded: string }>`
    select s.pass, s.folded::text as folded from ${sql.id(schema, "fold_slot")}(${limit}::int4) s
  `.compile(db);
  const { pass, ...step } = await runStep({ db, query, signal });
  const folded = Number(step.folded);
  // an entity pass may have entries of sessions to add, and no change of page views
  return { taken: pass === null ? 0 : Math.max(folded, 1), folded: pass === "entity" ? folded : 0 };
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
