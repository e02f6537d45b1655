import type { Pool } from "pg";

/** Folds one slot after the other, as several folders do, until none has anything left. */
export async function foldSlots(pool: Pick<Pool, "query">, limit = 20_000): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ pass: string | null }>("select pass from fold_slot($1)", [
      limit,
    ]);
    if (rows[0]?.pass == null) return;
  }
}
