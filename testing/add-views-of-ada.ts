import type { Pool } from "pg";

/**
 * Makes page views anew, where entities and accounts are bigint and sessions text. Ada is account 1, on a browser of her own and on
 * one that she shares with account 2; some views are from before she signed in.
 */
export async function addViewsOfAda(pool: Pool): Promise<void> {
  await pool.query(`
    truncate page_views;
    delete from visitor_sessions; delete from analytics_audit;
    insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, referrer_url, time_on_page)
    select 'listing', 7 + n % 3, case when n % 4 = 0 then null when n % 4 = 1 and n % 5 > 1 then 2 else 1 end,
      's' || n / 4, case when n % 7 < 4 or (n % 4 = 1 and n % 5 > 1) then 'shared' when n % 7 < 6 then 'hers' end,
      timestamptz '2026-03-01 10:00Z' + n * interval '7 hours', 'https://ref.example/' || n, n % 50
    from generate_series(1, 120) n;
    insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at)
    select 'listing', 7, nullif(n % 3, 0) + 7, 'other' || n, null, timestamptz '2026-03-02 10:00Z' + n * interval '1 day'
    from generate_series(1, 30) n;
    select fold_page_view_changes();
    insert into visitor_sessions (session_id, ip_address, user_agent) values ('s1', '192.0.2.1', 'a browser'), ('s2', '192.0.2.2', 'a second one')
    on conflict (session_id) do update set ip_address = excluded.ip_address, user_agent = excluded.user_agent`);
}
