import type { Pool } from "pg";

/** What verifying says that differs, a few page views at a time; a second opinion on what the oracle says. */
export async function verifyRollups(pool: Pick<Pool, "query">): Promise<unknown[]> {
  const { rows } = await pool.query<{ listed: unknown[] }>(`
    with recursive steps as (
      select s.listed, s.done, s.after from verify_rollups_step(null, 3) s
      union all
      select s.listed, s.done, s.after from steps p cross join lateral verify_rollups_step(p.after, 3) s where not p.done
    )
    select listed from steps`);
  return rows.flatMap(({ listed }) => listed);
}
