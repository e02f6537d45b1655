import type { Pool } from "pg";

/**
 * Adds page views, the same ones every time: three entities and none, accounts, sessions, both and nobody, one view
 * every five hours and some from the first of January 2026 on. Ids are uuids.
 */
export async function addViews(pool: Pick<Pool, "query">, views: number): Promise<void> {
  await pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
     select
       'article',
       case when n % 10 > 0 then md5('entity ' || n % 3)::uuid end,
       case when n % 4 = 0 then md5('account ' || n % 7)::uuid end,
       case when n % 5 > 0 then md5('session ' || n % 11)::uuid end,
       timestamptz '2026-01-01 00:00+00' + n * interval '5 hours 7 minutes',
       case when n % 3 > 0 then n % 90 end
     from generate_series(0, $1::integer - 1) n`,
    [views],
  );
}
