import type { Pool } from "pg";

/** Folds slot by slot, as several folders do, until none has anything left. */
export async function foldSlots(pool: Pick<Pool, "query">, limit = 20_000): Promise<void> {
  while (await foldSlot(pool, limit));
}

/** Folds a batch of one slot; returns whether there was one. */
export async function foldSlot(pool: Pick<Pool, "query">, limit: number): Promise<boolean> {
  const { rows } = await pool.query<{ pass: string | null }>("select pass from fold_slot($1)", [
    limit,
  ]);
  return typeof rows[0]?.pass === "string";
}
