import { sql } from "kysely";
import type { Connection } from "../database/connect.ts";
import { sqlState } from "../database/database-error.ts";
import { runQuery } from "../database/run-query.ts";
import { runStep } from "./run-step.ts";

/** The most changes that one transaction folds: about a second's work. */
export const batchSize = 20_000;

/** With fewer, the statement itself costs more than they do. */
const fewestChanges = 100;

const queryCanceled = "57014";

interface BatchCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
  /** The most changes to fold: the `limit` that the batch before ended with. */
  limit: number;
}

/** What one transaction folded. */
export interface FoldedBatch {
  /** How many changes; 0 when nothing is pending or somebody else is folding. */
  folded: number;
  /** How many it might have: fewer than was asked for, where the host's statement_timeout leaves no time for more. */
  limit: number;
}

/** Folds the oldest pending changes. What takes longer than a statement may is tried again with a quarter of them. */
export async function foldBatch({ connection, signal, limit }: BatchCall): Promise<FoldedBatch> {
  for (let changes = limit; ; changes = Math.max(fewestChanges, Math.floor(changes / 4))) {
    try {
      return { folded: await foldChanges({ connection, signal, limit: changes }), limit: changes };
    } catch (error) {
      const canceled = sqlState(error) === queryCanceled && changes > fewestChanges;
      if (!canceled || !(await hasStatementTimeout({ connection, signal }))) throw error;
    }
  }
}

async function foldChanges({
  connection: { db, schema },
  signal,
  limit,
}: BatchCall): Promise<number> {
  const query = sql<{ folded: number }>`
    select ${sql.id(schema, "fold_page_view_changes")}(${limit}::int4)::int4 as folded
  `.compile(db);
  const { folded } = await runStep({ db, query, signal });
  return folded;
}

// Without one it was somebody who canceled, and then it is to end.
async function hasStatementTimeout({
  connection: { db },
  signal,
}: Omit<BatchCall, "limit">): Promise<boolean> {
  const query = sql<{ bounded: boolean }>`
    select current_setting('statement_timeout') <> '0' as bounded
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  return row?.bounded ?? false;
}
