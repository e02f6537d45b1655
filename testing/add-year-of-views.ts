import type { Pool } from "pg";

/**
 * A year of views by accounts, browsers and sessions that come back, where entities and accounts are bigint and sessions text. Account
 * 1 was once in the browser "laptop" and in the session "old", and long ago only.
 */
export async function addYearOfViews(pool: Pool): Promise<void> {
  await pool.query(`
    insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page)
    select 'listing', 7 + n % 3, case when n % 4 = 0 then 2 + n % 5 end, 's' || n / 3, case when n % 3 = 0 then 'b' || n % 6 end,
      now() - n * interval '19 hours', n % 60
    from generate_series(1, 460) n;
    insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at)
    values
      ('listing', 7, 1, 'old', 'laptop', now() - interval '300 days'),
      ('listing', 7, null, 'old', 'laptop', now() - interval '300 days 1 hour'),
      ('listing', 8, 2, 'old', null, now() - interval '299 days')`);
}
