import type { Pool } from "pg";

/** Folds until nothing is pending. */
export async function foldEverything(pool: Pick<Pool, "query">, limit = 20_000): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ folded: number }>(
      "select fold_page_view_changes($1) as folded",
      [limit],
    );
    if (rows[0]?.folded === 0) return;
  }
}
