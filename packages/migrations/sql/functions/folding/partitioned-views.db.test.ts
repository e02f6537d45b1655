import { migrate } from "@headcount/migrations";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import { installOracle } from "../../../../../testing/oracle/install-oracle.ts";
import { createTestDatabase, type TestDatabase } from "../../../../../testing/test-database.ts";

let database: TestDatabase;

// a host that has page views in months, of which each has an index by time as well
beforeAll(async () => {
  database = await createTestDatabase("partitioned views");
  const { pool } = database;
  await pool.query(`
    create table page_views (
      id bigint generated always as identity, entity_type text not null, entity_id bigint, account_id bigint, session_id text,
      visitor_id text, viewed_at timestamptz not null default now(), time_on_page integer, referrer_url text, user_agent text, ip_address inet
    ) partition by range (viewed_at);
    create index page_views_time on page_views (viewed_at);
    do $$ begin
      for month in 1..12 loop
        execute format(
          'create table month_%s partition of page_views for values from (%L) to (%L)',
          month, make_timestamptz(2025, month, 1, 0, 0, 0, 'UTC'), make_timestamptz(2025, month, 1, 0, 0, 0, 'UTC') + interval '1 month'
        );
      end loop;
    end $$`);
  await migrate({ pool });
  await installOracle({
    pool,
    timeZone: "UTC",
    visitorIdType: "text",
    entityIdType: "bigint",
  });
  // accounts with a session a day, so that it is page views that say whether a page is new to a session
  await pool.query(`
    insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
    select 'article', n % 5, n % 4, n % 4 || ' on ' || n / 20, timestamptz '2025-01-01 08:00Z' + n / 20 * interval '1 day' + n % 20 * interval '6 minutes'
    from generate_series(0, 3999) n`);
  await foldEverything(pool);
  await pool.query("vacuum analyze");
});

afterAll(() => database.drop());

/** Which indexes of partitions are read while this is added and folded? As "month index". */
async function indexesRead(sql: string): Promise<string[]> {
  const client = await database.pool.connect();
  const countScans = async (): Promise<Map<string, string>> => {
    const { rows } = await client.query<{ name: string; scans: string }>(`
      select
        i.indrelid::regclass || case when k.columns like 'viewed_at' then ' by time' else ' by ' || split_part(k.columns, ',', 1) end as name,
        pg_stat_get_xact_numscans(i.indexrelid) as scans
      from pg_index i
      cross join lateral (
        select string_agg(a.attname, ',' order by a.attnum) as columns from pg_attribute a where a.attrelid = i.indexrelid
      ) k
      where i.indrelid::regclass::text like 'month%'`);
    return new Map(rows.map(({ name, scans }) => [name, scans]));
  };
  try {
    await client.query(sql);
    await client.query("begin");
    const before = await countScans();
    await client.query("select fold_page_view_changes()");
    const after = await countScans();
    await client.query("commit");
    return [...after]
      .flatMap(([name, scans]) => (scans === before.get(name) ? [] : name))
      .toSorted();
  } finally {
    client.release();
  }
}

const addView = (session: string, viewedAt: string): string =>
  `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at) values ('article', 3, 3, '${session}', '${viewedAt}')`;

test("whether a page is new to a session is looked up in the months of the session, by the session", async () => {
  expect(await indexesRead(addView("3 on 75", "2025-03-17 20:00Z"))).toEqual([
    "month_3 by session_id",
  ]);
  // of one that goes over a month's end
  expect(await indexesRead(addView("3 on 120", "2025-04-30 20:00Z"))).toEqual([
    "month_4 by session_id",
    "month_5 by session_id",
  ]);
  expect(await compareRollups(database.pool)).toEqual([]);
});

test("of a session that was not counted before, no page view is looked up", async () => {
  expect(await indexesRead(addView("new", "2025-06-17 20:00Z"))).toEqual([]);
  expect(await compareRollups(database.pool)).toEqual([]);
});

test("a page is new to its session once, wherever in time its pending views lie", async () => {
  const { pool } = database;
  await pool.query(addView("long", "2025-02-10 12:00Z"));
  await pool.query(addView("long", "2025-02-10 12:05Z"));
  await foldEverything(pool);
  // earlier and later than the session is known to last, and taken away before they are folded
  await pool.query(addView("long", "2025-01-10 12:00Z"));
  await pool.query(addView("long", "2025-08-10 12:00Z"));
  await pool.query(
    "delete from page_views where session_id = 'long' and viewed_at = '2025-02-10 12:05Z'",
  );
  for (let changes = 0; changes < 3; changes += 1) {
    await pool.query("select fold_page_view_changes(1)");
    expect(await compareRollups(pool)).toEqual([]);
  }
  await pool.query(
    "delete from page_views where session_id = 'long' and viewed_at > '2025-02-01Z'",
  );
  for (let changes = 0; changes < 2; changes += 1) {
    await pool.query("select fold_page_view_changes(1)");
    expect(await compareRollups(pool)).toEqual([]);
  }
  const { rows } = await pool.query(
    "select unique_pages, total_views from visitor_sessions where session_id = 'long'",
  );
  expect(rows).toEqual([{ unique_pages: 1, total_views: 1 }]);
});
