import { sql } from "kysely";
import type { FoldResult } from "../contract/aggregation.ts";
import type { Connection } from "../database/connect.ts";
import { inTransaction } from "../database/in-transaction.ts";
import { pause } from "../database/pause.ts";
import { runQuery } from "../database/run-query.ts";
import { withRetries } from "../database/with-retries.ts";

const batchSize = 20_000;
const pollInterval = 50;

interface FoldCall {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

/** Applies every change that is pending now to the rollups; waits for another who is folding them. */
export async function fold({ connection, signal }: FoldCall): Promise<FoldResult> {
  const startedAt = performance.now();
  await connection.installation({ signal });

  let folded_changes = 0;
  let batches = 0;
  const newest = await newestChange({ connection, signal });
  while (await isPending({ connection, signal, newest })) {
    const folded = await foldBatch({ connection, signal });
    folded_changes += folded;
    if (folded > 0) batches += 1;
    else await pause({ milliseconds: pollInterval, signal });
  }
  return { folded_changes, batches, duration_ms: performance.now() - startedAt };
}

async function newestChange({ connection, signal }: FoldCall): Promise<string | null> {
  const { db } = connection;
  const query = db
    .selectFrom("page_view_changes")
    .select(sql<string | null>`max(change_id)::text`.as("newest"))
    .compile();
  const [row] = await runQuery({ db, query, signal });
  return row?.newest ?? null;
}

// Views that arrive meanwhile are left to the next call: else a busy table would never let this one end.
async function isPending({
  connection: { db },
  signal,
  newest,
}: FoldCall & { newest: string | null }): Promise<boolean> {
  if (newest === null) return false;
  const query = db
    .selectFrom("page_view_changes")
    .select(sql<number>`1::int4`.as("found"))
    .where("change_id", "<=", newest)
    .limit(1)
    .compile();
  return (await runQuery({ db, query, signal })).length > 0;
}

async function foldBatch({ connection: { db, schema }, signal }: FoldCall): Promise<number> {
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
