import type { Pool } from "pg";

/** Folds until nothing is pending. */
export async function foldEverything(pool: Pick<Pool, "query">, limit = 20_000): Promise<void> {
  while (await foldBatch(pool, limit));
}

/** Folds a batch of all slots; returns whether there was one. */
export async function foldBatch(pool: Pick<Pool, "query">, limit: number): Promise<boolean> {
  const { rows } = await pool.query<{ folded: number }>(
    "select fold_page_view_changes($1) as folded",
    [limit],
  );
  return rows[0]?.folded !== 0;
}
