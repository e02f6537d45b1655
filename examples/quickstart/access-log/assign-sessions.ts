import type { ClientBase } from "pg";

export interface AssignSessionsOptions {
  client: ClientBase;
  /** Where views come from within the site is not a referrer. */
  ownHost?: string | undefined;
}

// Which session does each page request belong to, and how long did its visitor stay?
//
// Every request of a client counts as activity, assets too: a page that goes on loading pictures is still open.
// Time on page ends with the next page of the same session, so the last one's is unknown.
const insertPageViews = `
  with activity as (
    select r.*,
      coalesce(
        r.at - lag(r.at) over (partition by r.client order by r.at, r.line) >= interval '30 minutes', true
      ) as starts_session
    from logged_requests r
  ), in_session as (
    select a.*,
      max(a.at) filter (where a.starts_session) over (partition by a.client order by a.at, a.line) as session_start
    from activity a
  ), written as (
    insert into page_views (entity_type, entity_id, session_id, viewed_at, referrer_url, time_on_page)
    select
      'page',
      path,
      encode(substring(sha256(uuid_send(client) || timestamptz_send(session_start)) for 16), 'hex')::uuid,
      at,
      case when referrer_host = $1 then null else referrer end,
      extract(epoch from lead(at) over (partition by client, session_start order by at, line) - at)::integer
    from in_session
    where path is not null
    order by at, line
    returning session_id
  )
  select count(distinct session_id)::integer as sessions from written`;

/**
 * Writes a page view for every stored request of a page. A session is a client's requests with less than 30
 * minutes between one and the next.
 *
 * Postgres does the sorting, which spills to disk: a log of any size and in any order goes through in bounded memory.
 *
 * @returns the number of sessions with a page view
 */
export async function assignSessions(options: AssignSessionsOptions): Promise<number> {
  const { client, ownHost } = options;
  const { rows } = await client.query<{ sessions: number }>(insertPageViews, [ownHost ?? null]);
  return rows[0]?.sessions ?? 0;
}
