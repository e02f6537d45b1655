import { isDeepStrictEqual } from "node:util";
import { daysBefore } from "../questions/read-questions.ts";
import { showProgress } from "../show-progress.ts";
import { millisecondsOf } from "../timing/take-turns.ts";
import { compare, type Pair } from "./pair.ts";
import type { Side } from "./side.ts";

/** A query that a host writes itself on one of the plan's names. */
interface HostQuery {
  name: string;
  sql: string;
  values: readonly unknown[];
}

/** What a host's own queries on `analytics_aggregates`, `analytics_visitors` and `visitor_sessions` cost: five on each. */
export async function hostQueries(pair: Pair): Promise<void> {
  const written = new Map<Side, HostQuery[]>();
  for (const side of pair.sides) written.set(side, await queriesOn(pair, side));
  const [theirs = [], ours = []] = written.values();
  for (const [index, { name: question }] of ours.entries()) {
    showProgress(`host's queries: ${question}`);
    const run = async (side: Side): Promise<unknown[]> => {
      const { sql = "", values = [] } = written.get(side)?.[index] ?? {};
      return (await side.pool.query<Record<string, unknown>>(sql, [...values])).rows;
    };
    const rows = [await run(pair.sides[0]), await run(pair.sides[1])];
    const note = isDeepStrictEqual(rows[0], rows[1]) ? undefined : "the answers differ";
    const row = { part: "host-queries", question, entity: null, unit: "ms" } as const;
    const time = (side: Side): Promise<number> => millisecondsOf(() => run(side));
    await compare(pair, row, { time, rounds: 2 * pair.runs, note });
  }
  showProgress(`host's queries: ${theirs.length} done\n`);
}

async function queriesOn({ entities, loaded }: Pair, side: Side): Promise<HostQuery[]> {
  const { date_to } = loaded;
  const { schema } = side.installation;
  const big = [entities.big.entity_type, entities.big.entity_id];
  const typical = [entities.typical.entity_type, entities.typical.entity_id];
  const { account_id, session_id, entity_ids } = await sampleIds(side, entities.big.entity_type);
  const { first, last } = await columnsOfSessions(side);
  const [aggregates, visitors, sessions] = [
    "analytics_aggregates",
    "analytics_visitors",
    "visitor_sessions",
  ].map((name) => `${schema}.${name}`);
  return [
    {
      name: "aggregates: the days of a year of the big entity",
      sql: `select a.date::text, a.total_views, a.unique_visitors, a.bounce_rate from ${aggregates} a
        where a.entity_type = $1 and a.entity_id = $2 and a.hour is null and a.date between $3 and $4 order by a.date`,
      values: [...big, daysBefore(date_to, 364), date_to],
    },
    {
      name: "aggregates: the hours of a date of the big entity",
      sql: `select a.hour, a.total_views, a.unique_visitors, a.avg_time_on_page from ${aggregates} a
        where a.entity_type = $1 and a.entity_id = $2 and a.date = $3 and a.hour is not null order by a.hour`,
      values: [...big, daysBefore(date_to, 7)],
    },
    {
      name: "aggregates: views of 50 entities in 30 days",
      sql: `select a.entity_id, sum(a.total_views)::float8 as views from ${aggregates} a
        where a.entity_type = $1 and a.entity_id = any ($2) and a.hour is null and a.date > $3 group by a.entity_id order by a.entity_id`,
      values: [entities.big.entity_type, entity_ids, daysBefore(date_to, 30)],
    },
    {
      name: "aggregates: the 20 entities with most views in 7 days",
      sql: `select a.entity_type, a.entity_id, sum(a.total_views)::float8 as views from ${aggregates} a
        where a.hour is null and a.date > $1 group by a.entity_type, a.entity_id order by views desc, a.entity_id limit 20`,
      values: [daysBefore(date_to, 7)],
    },
    {
      name: "aggregates: views of everything, month by month",
      sql: `select date_trunc('month', a.date)::date::text as month, sum(a.total_views)::float8 as views from ${aggregates} a
        where a.hour is null group by 1 order by 1`,
      values: [],
    },
    {
      name: "visitors: how many the big entity has",
      sql: `select count(*)::float8 as visitors, count(v.account_id)::float8 as accounts from ${visitors} v
        where v.entity_type = $1 and v.entity_id = $2`,
      values: big,
    },
    {
      name: "visitors: the latest 20 accounts of a typical entity",
      sql: `select v.account_id, v.last_visit, v.visit_count from ${visitors} v
        where v.entity_type = $1 and v.entity_id = $2 and v.account_id is not null order by v.last_visit desc, v.account_id limit 20`,
      values: typical,
    },
    {
      name: "visitors: what an account has to do with the big entity",
      sql: `select v.visit_count, v.first_visit, v.last_visit from ${visitors} v
        where v.entity_type = $1 and v.entity_id = $2 and v.account_id = $3`,
      values: [...big, account_id],
    },
    {
      name: "visitors: those of the big entity with 5 visits and more",
      sql: `select v.account_id, v.session_id, v.visit_count, v.avg_time_on_page from ${visitors} v
        where v.entity_type = $1 and v.entity_id = $2 and v.visit_count >= 5
        order by v.visit_count desc, v.last_visit desc, coalesce(v.account_id, v.session_id) limit 50`,
      values: big,
    },
    {
      name: "visitors: the entities that an account came to most often",
      sql: `select v.entity_type, v.entity_id, v.visit_count from ${visitors} v
        where v.account_id = $1 order by v.visit_count desc, v.entity_id limit 20`,
      values: [account_id],
    },
    {
      name: "sessions: one of them",
      sql: `select s.account_id, s.${first} as first, s.${last} as last, s.total_views, s.unique_pages from ${sessions} s where s.session_id = $1`,
      values: [session_id],
    },
    {
      name: "sessions: those of an account",
      sql: `select s.session_id, s.${first} as first, s.total_views from ${sessions} s where s.account_id = $1 order by 2 desc, 1 limit 20`,
      values: [account_id],
    },
    {
      name: "sessions: the latest 50",
      sql: `select s.session_id, s.${last} as last, s.total_views from ${sessions} s order by 2 desc nulls last, 1 limit 50`,
      values: [],
    },
    {
      name: "sessions: how many began on each of 30 days, and their views",
      sql: `select (s.${first} at time zone 'UTC')::date::text as date, count(*)::float8 as sessions, avg(s.total_views)::float8 as views
        from ${sessions} s where s.${first} > $1 group by 1 order by 1`,
      values: [daysBefore(date_to, 30)],
    },
    {
      name: "sessions: which share has one view only",
      sql: `select avg((s.total_views = 1)::integer)::float8 as share from ${sessions} s`,
      values: [],
    },
  ];
}

async function sampleIds(
  { pool }: Side,
  entity_type: string,
): Promise<{ account_id: string; session_id: string; entity_ids: string[] }> {
  const { rows } = await pool.query<{
    account_id: string;
    session_id: string;
    entity_ids: string[];
  }>(
    `select
       (select v.account_id from page_views v where v.account_id is not null order by v.id limit 1) as account_id,
       (select v.session_id from page_views v where v.session_id is not null order by v.id limit 1) as session_id,
       array(
         select v.entity_id from page_views v
         where v.entity_type = $1 and v.entity_id is not null group by v.entity_id order by min(v.id::text), v.entity_id limit 50
       ) as entity_ids`,
    [entity_type],
  );
  return rows[0] ?? { account_id: "", session_id: "", entity_ids: [] };
}

// What they are called depends on the checkout.
async function columnsOfSessions({
  pool,
  installation: { schema },
}: Side): Promise<{ first: string; last: string }> {
  const { rows } = await pool.query<{ name: string }>(
    `select a.attname as name from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`,
    [`${schema}.visitor_sessions`],
  );
  const nameOf = (start: string): string =>
    rows.find(({ name }) => name === start || name === `${start}_at`)?.name ?? start;
  return { first: nameOf("first_seen"), last: nameOf("last_seen") };
}
