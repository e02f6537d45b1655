import type { Pool } from "pg";

type Queryable = Pick<Pool, "query">;

/** Makes an installation one that has read nothing of its history yet; what is pending stays pending. */
export async function forgetHistory(pool: Queryable): Promise<void> {
  await pool.query(`
    delete from analytics_days; delete from analytics_hours; delete from analytics_entity_visitors;
    delete from analytics_visitor_days; delete from analytics_visitor_returns; delete from analytics_visitor_return_weeks;
    delete from analytics_entities; delete from visitor_sessions; delete from entry_changes;
    update analytics_settings set history_complete = false, history_position = null`);
}

/** Reads in about so many page views of the history; returns whether those were the last. */
export async function readHistoryStep(pool: Queryable, limit: number): Promise<boolean> {
  const { rows } = await pool.query<{ done: boolean }>("select done from read_history_step($1)", [
    limit,
  ]);
  return rows[0]?.done === true;
}
