import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("sessions", {
    timeZone: "Europe/Berlin",
    entityId: "bigint",
    accountId: "text",
    sessionId: "text",
  });
});

beforeEach(() => database.pool.query("truncate page_views"));

afterAll(() => database.drop());

const columns = "entity_type, entity_id, account_id, session_id, viewed_at, time_on_page";

/** Runs a change of page views, folds it, and expects that every rollup is the oracle's. */
async function change(sql: string): Promise<void> {
  await database.pool.query(sql);
  await foldEverything(database.pool);
  expect(await compareRollups(database.pool)).toEqual([]);
}

const add = (...views: string[]): Promise<void> =>
  change(`insert into page_views (${columns}) values ${views.join(", ")}`);

/** Entries and bounces of every day, as "entity date entries/bounces". */
async function entries(): Promise<string[]> {
  const { rows } = await database.pool.query<{ day: string }>(`
    select concat_ws(' ', entity_id, date, entries || '/' || bounces) as day from analytics_aggregates
    where hour is null and entries > 0 order by entity_id, date`);
  return rows.map(({ day }) => day);
}

async function session(id: string): Promise<unknown> {
  const { rows } = await database.pool.query(
    `select account_id, total_views, unique_pages, entry_entity_id, host(ip_address) as ip_address, user_agent
     from visitor_sessions where session_id = $1`,
    [id],
  );
  return rows[0];
}

test("a second view turns off a bounce of another day and another entity", async () => {
  await add("('article', 1, null, 's', '2026-03-02 23:30+01', 3)");
  expect(await entries()).toEqual(["1 2026-03-02 1/1"]);
  await add("('article', 2, null, 's', '2026-03-03 00:10+01', null)");
  expect(await entries()).toEqual(["1 2026-03-02 1/0"]);
  await change("delete from page_views where entity_id = 2");
  expect(await entries()).toEqual(["1 2026-03-02 1/1"]);
});

test("a late first view takes the entry with it, and gives it back when it is taken away", async () => {
  await add(
    "('article', 1, null, 's', '2026-03-02 12:00+01', 90)",
    "('article', 2, null, 's', '2026-03-02 12:01+01', 90)",
  );
  await add("('article', 3, null, 's', '2026-02-27 12:00+01', null)");
  expect(await entries()).toEqual(["3 2026-02-27 1/0"]);
  await change("delete from page_views where entity_id = 3");
  expect(await entries()).toEqual(["1 2026-03-02 1/0"]);
});

test.each([
  ["an account", "account_id = 'ada'"],
  ["a visitor_id", "visitor_id = 'browser'"],
])(
  "a page that a session viewed with %s is not new to it without, nor the other way round",
  async (_with, identified) => {
    await add(
      "('article', 1, null, 's', '2026-03-02 12:00+01', 90)",
      "('article', 2, null, 's', '2026-03-02 12:01+01', 90)",
    );
    // an edit that moves no page, no time and no account
    await change(`update page_views set ${identified} where entity_id = 2`);
    await add("('article', 2, null, 's', '2026-03-02 12:02+01', 90)");
    await change(`
    insert into page_views (${columns}) values ('article', 1, null, 's', '2026-03-02 12:03+01', 90);
    update page_views set ${identified} where viewed_at = '2026-03-02 12:03+01'`);
    expect(await session("s")).toMatchObject({ total_views: 4, unique_pages: 2 });
    await change("delete from page_views where viewed_at = '2026-03-02 12:00+01'");
    await change("delete from page_views where viewed_at = '2026-03-02 12:02+01'");
    expect(await session("s")).toMatchObject({ total_views: 2, unique_pages: 2 });
    await database.pool.query("select aggregate_page_views(null, null)");
    await add("('article', 2, null, 's', '2026-03-02 12:04+01', 90)");
    expect(await session("s")).toMatchObject({ total_views: 3, unique_pages: 2 });
  },
);

test("ten seconds on the only page are no bounce; less is, and so is an unknown time", async () => {
  await add(
    "('article', 1, null, 'short', '2026-03-02 12:00+01', 9)",
    "('article', 2, null, 'long', '2026-03-02 12:00+01', 10)",
    "('article', 3, null, 'unknown', '2026-03-02 12:00+01', null)",
  );
  expect(await entries()).toEqual(["1 2026-03-02 1/1", "2 2026-03-02 1/0", "3 2026-03-02 1/1"]);
  await change("update page_views set time_on_page = 19 - coalesce(time_on_page, 10)");
  expect(await entries()).toEqual(["1 2026-03-02 1/0", "2 2026-03-02 1/1", "3 2026-03-02 1/1"]);
});

test("a login in the middle of a session moves no entry, and the session gets the account", async () => {
  await add(
    "('article', 1, null, 's', '2026-03-02 12:00+01', 90)",
    "('article', 1, 'ada', 's', '2026-03-02 12:05+01', 90)",
    "('article', null, 'ada', 's', '2026-03-02 12:07+01', 90)",
    "('article', 2, null, 's', '2026-03-02 12:09+01', 90)",
    "('article', 2, 'ben', null, '2026-03-02 12:09+01', 90)",
  );
  expect(await session("s")).toMatchObject({ account_id: "ada", total_views: 4, unique_pages: 3 });
  await change("update page_views set account_id = 'zoe' where entity_id = 2");
  expect(await session("s")).toMatchObject({ account_id: "zoe", total_views: 4, unique_pages: 3 });
  expect(await entries()).toEqual(["1 2026-03-02 1/0"]);
});

test("what collection stored about a session survives folding and goes with its last view", async () => {
  const { pool } = database;
  await pool.query(
    "insert into visitor_sessions (session_id, ip_address, user_agent) values ('s', '192.0.2.0', 'Browser')",
  );
  await add("('article', 1, null, 's', '2026-03-02 12:00+01', 3)");
  await change("select aggregate_page_views(null, null)");
  expect(await session("s")).toEqual({
    account_id: null,
    total_views: 1,
    unique_pages: 1,
    entry_entity_id: "1",
    ip_address: "192.0.2.0",
    user_agent: "Browser",
  });
  await change("delete from page_views");
  expect(await session("s")).toBeUndefined();
});

// The row that is proposed to ON CONFLICT holds differences, and its bounce rate is computed from them.
test("an hour that gains one entry and loses a dozen bounces is folded", async () => {
  const { pool } = database;
  await pool.query(`insert into page_views (${columns})
    select 'article', 1, null, 's' || n, '2026-03-02 12:00+01', 3 from generate_series(1, 12) n`);
  await foldEverything(pool);
  await pool.query("update page_views set time_on_page = 30");
  await add("('article', 1, null, 'late', '2026-03-02 12:00+01', 30)");
  expect(await entries()).toEqual(["1 2026-03-02 13/0"]);
});

test("one session of thousands of views on hundreds of pages is folded, edited and taken away exactly", async () => {
  await change(`insert into page_views (${columns})
    select 'article', nullif(n % 700, 0), case when n % 3 = 0 then 'ada' end, 'crawler',
      timestamptz '2026-03-02 12:00+01' + n * interval '1 minute', n % 20
    from generate_series(1, 4000) n`);
  expect(await session("crawler")).toMatchObject({ total_views: 4000, unique_pages: 700 });
  await change("delete from page_views where entity_id between 1 and 50");
  await change(
    "update page_views set viewed_at = viewed_at - interval '1 year' where entity_id = 77",
  );
  expect(await session("crawler")).toMatchObject({ unique_pages: 650, entry_entity_id: "77" });
  await change("delete from page_views");
  expect(await session("crawler")).toBeUndefined();
});

test("rebuilding everything forgets sessions that no view is left of, in steps of any size", async () => {
  const { pool } = database;
  await addViewsOfSessions();
  await pool.query(`
    insert into visitor_sessions (session_id, first_seen_at, last_seen_at, total_views, unique_pages, entry_entity_type)
    select 'ghost ' || n, '2026-05-05', '2026-05-05', 1, 1, 'article' from generate_series(1, 25) n`);
  await pool.query("select aggregate_page_views('2026-01-01', '2026-01-31')");
  expect(await compareRollups(pool)).toHaveLength(25);
  let after: unknown = null;
  for (let done = false; !done; ) {
    const { rows } = await pool.query<{ done: boolean; after: unknown }>(
      "select done, after from rebuild_page_views_step(null, null, $1, 10)",
      [after],
    );
    ({ done, after } = rows[0] ?? { done: true, after: null });
  }
  expect(await compareRollups(pool)).toEqual([]);
});

test.for([
  { damage: "update visitor_sessions set total_views = 9, time_total = 7, account_id = 'nobody'" },
  { damage: "update visitor_sessions set entry_entity_id = 2, first_seen_at = '2026-01-05'" },
  { damage: "update visitor_sessions set unique_pages = 5, last_seen_at = first_seen_at" },
  { damage: "delete from visitor_sessions" },
  {
    damage:
      "update analytics_days set entries = coalesce(entries, 0) + 1, bounces = coalesce(bounces, 0) + 1",
  },
])("rebuilding heals what this did: $damage", async ({ damage }) => {
  const { pool } = database;
  await addViewsOfSessions();
  await pool.query(damage);
  expect(await compareRollups(pool)).not.toEqual([]);
  await pool.query("select aggregate_page_views(null, null)");
  expect(await compareRollups(pool)).toEqual([]);
});

test("rebuilding a range takes pending changes into sessions that enter and end outside of it", async () => {
  const { pool } = database;
  await addViewsOfSessions();
  await pool.query("update page_views set time_on_page = 44, entity_id = 3 where entity_id = 1");
  await pool.query("delete from page_views where id % 4 = 0");
  await pool.query("select aggregate_page_views('2026-01-02', '2026-01-04')");
  expect(await compareRollups(pool)).toEqual([]);
  await foldEverything(pool);
  expect(await compareRollups(pool)).toEqual([]);
});

test("what a session loses that it never had is set aside, and the rebuild of everything heals the rest", async () => {
  const { pool } = database;
  await addViewsOfSessions();
  await pool.query("update visitor_sessions set total_views = 0; delete from page_views");
  await foldEverything(pool);
  const { rows } = await pool.query<{ reason: string }>(
    "select distinct split_part(reason, ':', 1) as reason from set_aside_changes",
  );
  expect(rows).toEqual([{ reason: "more was taken away than had been counted" }]);
  await pool.query("select aggregate_page_views(null, null)");
  expect(await compareRollups(pool)).toEqual([]);
});

/** Sessions of one to six views, over three entities and none, and a week. */
async function addViewsOfSessions(): Promise<void> {
  await change(`insert into page_views (${columns})
    select 'article', nullif(n % 4, 0), case when n % 5 = 0 then 'ada' end, 's' || n * n % 37,
      timestamptz '2026-01-01 00:00+01' + n * interval '97 minutes', case when n % 3 > 0 then n % 20 end
    from generate_series(1, 100) n`);
}

test.for(["null", "'ada'"])(
  "the first counted view of a session, by the account %s, is its first page, whatever page views have of it past capture",
  async (account) => {
    const view = `('article', 1, ${account}, 's', '2026-03-02 12:00+01', 3)`;
    await database.pool.query(`
      alter table page_views disable trigger user;
      insert into page_views (${columns}) values ${view};
      alter table page_views enable trigger user;
      insert into page_views (${columns}) values ${view}`);
    await foldEverything(database.pool);
    expect(await session("s")).toMatchObject({ total_views: 1, unique_pages: 1 });
  },
);
