import type { Pool } from "pg";

/** Folds slot by slot, as eight folders do, until nothing is left. */
export async function foldSlots(pool: Pick<Pool, "query">, limit = 20_000): Promise<void> {
  while ((await foldSlot(pool, limit)) || (await isAnythingHandedOn(pool)));
}

/** Folds a batch of one slot; returns whether it had a change. */
export async function foldSlot(pool: Pick<Pool, "query">, limit: number): Promise<boolean> {
  const { rows } = await pool.query<{ folded: number }>(
    "select fold_page_view_changes($1, 8) as folded",
    [limit],
  );
  return (rows[0]?.folded ?? 0) > 0;
}

async function isAnythingHandedOn(pool: Pick<Pool, "query">): Promise<boolean> {
  const { rowCount } = await pool.query("select 1 from entry_changes limit 1");
  return rowCount === 1;
}
