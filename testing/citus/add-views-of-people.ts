import type { Pool } from "pg";

/**
 * Page views of some weeks, where entities and sessions are text and accounts bigint. Ada is account 7001, on a browser of her own and on one that she
 * shares with account 8002; some views are from before she signed in. A third of all is of others.
 */
export async function addViewsOfPeople(pool: Pick<Pool, "query">): Promise<void> {
  await pool.query(`
    insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, referrer_url, time_on_page)
    select 'listing', 'e' || n % 11, case when n % 4 = 0 then null when n % 4 = 1 and n % 5 > 1 then 8002 else 7001 end,
      'adas' || n / 4, case when n % 7 < 4 or (n % 4 = 1 and n % 5 > 1) then 'shared' when n % 7 < 6 then 'adasown' end,
      timestamptz '2026-03-01 10:00Z' + n * interval '2 hours', 'https://ref.example/' || n, n % 50
    from generate_series(1, 240) n`);
  await pool.query(`
    insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at)
    select 'listing', 'e' || n % 11, nullif(n % 3, 0) + 9000, 'other' || n / 3, null, timestamptz '2026-03-02 10:00Z' + n * interval '7 hours'
    from generate_series(1, 120) n`);
}

/** What was kept of the connections of some sessions. */
export async function describeSessions(pool: Pick<Pool, "query">): Promise<void> {
  for (const [nth, session] of ["adas1", "adas2", "adas7"].entries()) {
    await pool.query(
      "update headcount.visitor_sessions set ip_address = $2, user_agent = 'a browser' where session_id = $1",
      [session, `192.0.2.${nth + 1}`],
    );
  }
}
