import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("ranked visitors", {
    timeZone: "America/St_Johns",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "bigint",
  });
});

afterAll(() => database.drop());

/** Few visitors come very often, as in life: the ranking is steep, and walking it ends. */
async function addViews(count: number): Promise<void> {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
     select
       'listing', case when n % 3 = 0 then 1 end, case when v.visitor % 4 = 0 then v.visitor end, v.visitor,
       '2025-01-01T00:00:00Z'::timestamptz + random() * interval '200 days'
     from generate_series(1, $1) n
     cross join lateral (select floor(1000 * (n::float8 / $1) ^ 6)::bigint as visitor) v`,
    [count],
  );
}

const ranges = [
  ["2025-01-10", "2025-07-10"],
  ["2025-03-01", "2025-05-15"],
  ["-infinity", "infinity"],
] as const satisfies [string, string][];

interface Ranking {
  entity_id: number | null;
  range: readonly [from: string, to: string];
  limit: number;
  /** Of the last visitor of the page before. */
  behind?: { visit_count: number; last_visit: string };
}

/** NULL when it was given up; else all who came more than once. */
async function walk(ranking: Ranking, furthest: number): Promise<unknown[] | null> {
  const { entity_id, range, limit, behind } = ranking;
  const { rows } = await database.pool.query<{ found: unknown[] | null }>(
    `select (
       select coalesce(jsonb_agg(to_jsonb(v) - 'avg_time_on_page'), '[]') from unnest(w.found) v having w.found is not null
     ) as found
     from walk_ranking(
       'listing', coalesce($1, -9223372036854775808), $2, $3, null, null,
       case when $5::bigint is not null then row('s', 1, $5, null, null, $6, null)::listed_visitor end, $4, '{}', $7
     ) w (found)`,
    [entity_id, ...range, limit, behind?.visit_count, behind?.last_visit, furthest],
  );
  return rows[0]?.found ?? null;
}

async function countEverybody({ entity_id, range, limit, behind }: Ranking): Promise<unknown> {
  const { rows } = await database.pool.query<{ found: unknown }>(
    `select coalesce(jsonb_agg(to_jsonb(v)), '[]') as found
     from (
       select
         case when account_id is null then 's' else 'a' end::"char" as kind, coalesce(account_id, session_id) as visitor_id,
         count(*) as visit_count, count(distinct (viewed_at at time zone 'America/St_Johns')::date) as days_visited,
         min(viewed_at) as first_visit, max(viewed_at) as last_visit
       from page_views
       where entity_id is not distinct from $1 and (viewed_at at time zone 'America/St_Johns')::date between $2 and $3
       group by 1, 2
       having count(*) > 1 and ($5::bigint is null or (count(*), max(viewed_at)) < ($5, $6))
       order by visit_count desc, last_visit desc, kind desc, visitor_id
       limit $4
     ) v`,
    [entity_id, ...range, limit, behind?.visit_count, behind?.last_visit],
  );
  return rows[0]?.found;
}

test("walking the ranking of all time finds whom counting everybody finds", async () => {
  await addViews(6000);
  await foldEverything(database.pool);
  let walked = 0;
  for (const entity_id of [1, null]) {
    for (const range of ranges) {
      for (const limit of [1, 7, 40]) {
        for (const behind of [undefined, { visit_count: 5, last_visit: "2025-04-01T00:00:00Z" }]) {
          const ranking = { entity_id, range, limit, ...(behind && { behind }) };
          const found = await walk(ranking, 400);
          if (found === null) continue;
          expect(found).toEqual(await countEverybody(ranking));
          walked++;
        }
      }
    }
  }
  expect(walked).toBeGreaterThan(15);
});

test("a ranking in which all came as often is not walked to its end", async () => {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, session_id, viewed_at)
     select 'listing', 2, n % 3000, '2025-02-01T12:00:00Z'::timestamptz + make_interval(days => n / 3000)
     from generate_series(0, 8999) n`,
  );
  await foldEverything(database.pool);
  const ranking: Ranking = { entity_id: 2, range: ["2025-02-01", "2025-02-02"], limit: 10 };
  expect(await walk(ranking, 120)).toBeNull();
  expect(await walk(ranking, 3000)).toEqual(await countEverybody(ranking));
});

// Where most entities have few visitors the planner expects few of each, and would read and sort all of one that has many.
test("the first of many who came again are read, and not all of them", async () => {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, session_id, viewed_at)
     select 'listing', 1000 + n % 200, n / 200 % 60, '2025-02-01T12:00:00Z'::timestamptz + make_interval(secs => n)
     from generate_series(0, 23999) n`,
  );
  await foldEverything(database.pool);
  await database.pool.query("vacuum analyze");
  const client = await database.pool.connect();
  try {
    await client.query("begin");
    await client.query(
      "select * from visitor_columns('listing', 2, '-infinity', 'infinity', null, null, 'visit_count', null, null, 20, 0)",
    );
    const { rows } = await client.query<{ read: number }>(
      "select pg_stat_get_xact_tuples_fetched('analytics_entity_visitors'::regclass)::integer as read",
    );
    expect(rows[0]?.read).toBeLessThan(100);
  } finally {
    await client.query("rollback");
    client.release();
  }
});

test("get_entity_visitors lists as many as it is asked for, and everybody without a limit", async () => {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
     select 'page', 3, case when n % 2 = 0 then n % 50 end, n % 70, '2025-02-01T12:00:00Z'::timestamptz
     from generate_series(1, 140) n`,
  );
  const everybody = 25 + 35;
  for (const folded of [false, true]) {
    if (folded) await foldEverything(database.pool);
    for (const dates of ["null, null", "'2025-02-01', null"]) {
      for (const limit of [0, 1, 59, everybody, 2147483647, null]) {
        const { rows } = await database.pool.query(
          `select account_id, ref, visit_count from get_entity_visitors('page', 3, ${dates}, $1)`,
          [limit],
        );
        expect(rows).toHaveLength(Math.min(limit ?? everybody, everybody));
      }
    }
  }
});
