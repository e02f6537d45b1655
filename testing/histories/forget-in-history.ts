import type { ClientBase, QueryResult } from "pg";
import { foldEverything } from "../oracle/fold-everything.ts";
import type { Command } from "./history.ts";
import type { Installation } from "./installation.ts";
import { isPruned, keepLateViews, type PeopleIds, renameInOracle } from "./prune-in-history.ts";

const before = "($1::date::timestamp at time zone oracle.time_zone())";
const rowsOf = (query: string): string =>
  `select coalesce(json_agg(r.row order by r.row::text), '[]')::text as rows from (select to_jsonb(q) as row from (${query}) q) r`;

// All that is counted; of sessions and accounts as well where nobody had one.
const visitorNumbers = `select entity_type, entity_id, date, hour, total_views, unique_visitors, new_visitors from analytics_aggregates`;
const visitorReturns =
  "select entity_type, entity_id, date, prev_date, visitors from analytics_visitor_returns";
const allNumbers =
  "select to_jsonb(a) - '{id,created_at,updated_at}'::text[] as counted from analytics_aggregates a";
const allReturns = "select * from analytics_visitor_returns";

const seenSince = `select id, account_id, session_id, visitor_id, referrer_url from page_views where viewed_at >= ${before}`;

// Whom else should it have forgotten? Not who has an account in the session or browser, nor anybody to whom a view of somebody who stays leads.
const leftAnonymous = `
  with recursive
  views as (
    select account_id is not null or viewed_at >= ${before} as stays, session_id::text as session, visitor_id::text as browser from page_views
  ),
  staying as (
    select 'session' as kind, session as id from views where stays
    union select 'browser', browser from views where stays
    union
    select n.kind, n.id
    from staying s
    join views v on not v.stays and (s.kind = 'session' and s.id = v.session or s.kind = 'browser' and s.id = v.browser)
    cross join lateral (values ('session', v.session), ('browser', v.browser)) n (kind, id)
  )
  select n.kind, n.id
  from views v
  cross join lateral (values ('session', v.session), ('browser', v.browser)) n (kind, id)
  where not v.stays and (length(n.id) < 6 or n.id like '00000000-0000-4000-8000-%')
    and not exists (select from staying s where s.kind = n.kind and s.id = n.id)`;
const leftAccounts = `
  select account_id from oracle.page_views where account_id is not null
  group by account_id having max(viewed_at) < ${before}`;

/** Forgets those who did not come since a date, in steps of two views, and checks that it was these and that every number stayed. */
export async function forgetInHistory(
  client: ClientBase,
  installation: Installation,
  { who, before: date }: Command & { kind: "forget" },
): Promise<void> {
  const pruned = await isPruned(client);
  if (who !== "anonymous" && pruned && (await hasMixedSessions(client))) return;
  await foldEverything(client);
  const read = async (query: string): Promise<string> => {
    const parameters = query.includes("$1") ? [date] : [];
    const { rows } = await client.query<{ rows: string }>(rowsOf(query), parameters);
    return rows[0]?.rows ?? "";
  };
  const [numbers, returns] =
    who === "anonymous" ? [allNumbers, allReturns] : [visitorNumbers, visitorReturns];
  const same = [numbers, returns, seenSince];
  const readAll = async (): Promise<string[]> => {
    const answers: string[] = [];
    for (const query of same) answers.push(await read(query));
    return answers;
  };
  const earlier = await readAll();

  await forgetStepByStep(client, installation, { who, date });

  const later = await readAll();
  for (const [nth, query] of same.entries()) {
    if (earlier[nth] !== later[nth])
      throw new Error(`Forgetting changed ${query}: from ${earlier[nth]} to ${later[nth]}`);
  }
  const left = [
    ...(who === "account" || pruned ? [] : [leftAnonymous]),
    ...(who === "anonymous" ? [] : [leftAccounts]),
  ];
  for (const query of left) {
    const found = await read(query);
    if (found !== "[]") throw new Error(`Forgetting left ${found}`);
  }
}

async function forgetStepByStep(
  client: ClientBase,
  installation: Installation,
  { who, date }: { who: string; date: string },
): Promise<void> {
  for (let position: string | null = null, done = false; !done; done = position === null) {
    const step: (string | null)[] = [who, date, position];
    await client.query("truncate oracle.random_ids");
    const { rows: people } = await client.query<
      Record<"accounts" | "sessions" | "browsers", string[]>
    >(
      `select account_ids::text[] as accounts, session_ids::text[] as sessions, visitor_ids::text[] as browsers
       from forgettable_people($1, $2, $3, 2)`,
      step,
    );
    const { accounts = [], sessions = [], browsers = [] } = people[0] ?? {};
    const ids: PeopleIds = [accounts, sessions, browsers];
    await keepLateViews(client, ids);
    const { rows }: QueryResult<{ next: string | null }> = await client.query(
      "select next_position::text as next from forget_visitors_step($1, $2, $3, 2, gen_random_uuid(), null)",
      step,
    );
    await renameInOracle(client, installation, ids);
    position = rows[0]?.next ?? null;
  }
}

// See isMixedUp of prune-in-history.ts.
async function hasMixedSessions(client: ClientBase): Promise<boolean> {
  const { rowCount } = await client.query(
    "select from oracle.page_views where session_id is not null group by session_id having count(distinct coalesce(account_id::text, ' nobody')) > 1 limit 1",
  );
  return rowCount === 1;
}
