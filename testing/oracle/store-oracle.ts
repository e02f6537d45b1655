import type { ClientBase, Pool } from "pg";

// What most of the oracle is made of, each after those that it is made of itself.
const storedViews = [
  "known_page_views",
  "all_views",
  "visitor_sessions",
  "live_entries",
  "known_entries",
  "visitor_days",
];

/**
 * Has the oracle answer from what it knew at the latest {@link refreshOracle}: who asks it a hundred things of the same page views waits
 * for Postgres to plan every one of them through all of its views otherwise.
 */
export async function storeOracle(pool: Pick<Pool, "query">): Promise<void> {
  for (const view of storedViews) {
    await pool.query(`
      do $$ begin
        execute 'create view oracle.${view}_now as ' || pg_get_viewdef('oracle.${view}'::regclass);
      end $$;
      create unlogged table oracle.kept_${view} as table oracle.${view}_now with no data;
      create or replace view oracle.${view} as table oracle.kept_${view}`);
  }
}

/** Looks at the page views again. */
export async function refreshOracle(client: Pick<ClientBase, "query">): Promise<void> {
  await client.query(
    storedViews
      .map(
        (view) =>
          `delete from oracle.kept_${view}; insert into oracle.kept_${view} table oracle.${view}_now`,
      )
      .join(";"),
  );
}
