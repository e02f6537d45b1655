import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addViews } from "../../../../../testing/oracle/add-views.ts";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import { type RebuildStep, rebuildSteps } from "../../../../../testing/oracle/rebuild-steps.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

const views = 150;
const everything = { from: null, to: null };

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("rebuild", { timeZone: "Australia/Lord_Howe" });
});

afterAll(() => database.drop());

beforeEach(async () => {
  await database.pool.query("truncate page_views");
  await addViews(database.pool, views);
  await foldEverything(database.pool);
});

function rebuild(
  range: { from: string | null; to: string | null },
  stepLimit: number,
): Promise<RebuildStep[]> {
  return rebuildSteps(database.pool, { ...range, stepLimit });
}

const counted = async (): Promise<number> => {
  const { rows } = await database.pool.query<{ views: number }>(
    "select coalesce(sum(views), 0)::int as views from analytics_days",
  );
  return rows[0]?.views ?? 0;
};

test("a range of dates chooses the entities that have views on them, and those are rebuilt whole", async () => {
  const { pool } = database;
  await pool.query(
    "update page_views set viewed_at = viewed_at + interval '1 year' where entity_id = md5('entity 1')::uuid",
  );
  await foldEverything(pool);
  await pool.query("update analytics_days set time_total = 7777777");
  await pool.query("select aggregate_page_views('2026-01-05', '2026-01-11')");
  const differences = await compareRollups(pool);
  expect(differences.length).toBeGreaterThan(10);
  const { rows } = await pool.query<{ entity_id: string }>(
    "select distinct entity_id from analytics_days where time_total = 7777777",
  );
  const { rows: left } = await pool.query("select md5('entity 1')::uuid as entity_id");
  expect(rows).toEqual(left);
});

test("what is pending is folded first, also of what page views do not hold any more, and is counted once", async () => {
  const { pool } = database;
  await pool.query("update page_views set time_on_page = 1 where viewed_at < '2026-01-20'");
  await pool.query("delete from page_views where entity_id = md5('entity 2')::uuid");
  const pending = "select from page_view_changes";
  expect((await pool.query(pending)).rowCount).toBeGreaterThan(50);
  await pool.query(`
    delete from analytics_days;
    alter table page_views disable trigger user;
    update page_views set session_id = md5('past capture')::uuid where time_on_page = 1 and id % 3 = 0;
    delete from page_views where time_on_page = 1 and id % 10 = 1;
    alter table page_views enable trigger user;
    select aggregate_page_views('2025-12-01', '2026-12-31')`);
  expect((await pool.query(pending)).rowCount).toBe(0);
  expect(await compareRollups(pool)).toEqual([]);
});

test("what was handed on to other slots is counted once", async () => {
  const { pool } = database;
  await pool.query("update page_views set session_id = md5('session 3')::uuid where id % 2 = 0");
  for (let nth = 0; nth < 3; nth += 1) await pool.query("select fold_page_view_changes(100, 8)");
  const { rowCount } = await pool.query("select 1 from entry_changes");
  expect(rowCount).toBeGreaterThan(0);
  await pool.query("delete from visitor_sessions where session_id = md5('session 5')::uuid");
  await pool.query("select aggregate_page_views('2026-01-05', '2026-01-11')");
  expect(await compareRollups(pool)).toEqual([]);
  await foldEverything(pool);
  expect(await compareRollups(pool)).toEqual([]);
});

test("aggregate_page_views says how many page views it read, and goes on until today", async () => {
  const { rows } = await database.pool.query(`
    select
      aggregate_page_views(null, null)::int as everything,
      aggregate_page_views('2026-01-01', '2026-01-01')::int as the_entities_of_a_day,
      aggregate_page_views('1999-01-01', '1999-12-31')::int as nothing,
      aggregate_page_views('2000-01-01')::int as until_today`);
  const { rows: expected } = await database.pool.query<{ views: number; until_today: number }>(`
    select
      count(*) filter (where v.entity_id in (select o.entity_id from page_views o where o.viewed_at < '2026-01-01 13:00Z'))::int as views,
      (select count(*)::int from page_views where viewed_at < now()) as until_today
    from page_views v`);
  expect(rows).toEqual([
    {
      everything: views,
      // with the views of no entity, which is 0 of 10
      the_entities_of_a_day: (expected[0]?.views ?? 0) + views / 10,
      nothing: 0,
      until_today: expect.any(Number),
    },
  ]);
});

test.for([10, 35, 1000])(
  "a step of %s views reads no more, except for its last entity",
  async (stepLimit) => {
    const steps = await rebuild(everything, stepLimit);
    const { rows } = await database.pool.query<{ views: number }>(
      "select max(n)::int as views from (select count(*) as n from page_views group by entity_id) e",
    );
    expect(Math.max(...steps.map((step) => step.page_views))).toBeLessThanOrEqual(
      stepLimit + (rows[0]?.views ?? 0),
    );
    const ofEntities = steps.filter(({ after }) => JSON.stringify(after).includes("entity_type"));
    expect(ofEntities.reduce((sum, step) => sum + step.page_views, 0)).toBe(views);
  },
);

test("a rebuild that would lose what page views lost past capture is refused, unless the dates are named", async () => {
  const { pool } = database;
  await pool.query("alter table page_views disable trigger all");
  try {
    await pool.query("delete from page_views where viewed_at < '2026-01-08'");
  } finally {
    await pool.query("alter table page_views enable trigger all");
  }
  const stored = "select md5(string_agg(s::text, ',' order by s::text)) from visitor_sessions s";
  const before = await pool.query(stored);
  let hint = "";
  for (const dates of [
    "'2026-01-15', '2026-01-21'",
    "null, null",
    "null, '2026-01-21'",
    "'2026-01-01', null",
  ]) {
    const refusal: unknown = await pool
      .query(`select aggregate_page_views(${dates})`)
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      message: expect.stringMatching(
        /^public.page_views has no more views of (article|session) \S+ on 2026-01-0\d, which this rebuild would lose$/,
      ),
    });
    ({ hint } = refusal as { hint: string });
  }
  await expect(rebuild(everything, 10)).rejects.toThrow("which this rebuild would lose");
  expect(await counted()).toBe(views);
  expect((await pool.query(stored)).rows).toEqual(before.rows);
  await pool.query(/select [^;]*\)/.exec(hint)?.[0] ?? "no advice");
  expect(await counted()).toBeLessThan(views);
  expect(await compareRollups(pool)).toEqual([]);
});

test("a role that does not see all page views rebuilds nothing, and reads what helps", async () => {
  const { pool } = database;
  const client = await pool.connect();
  try {
    await client.query(`
      begin; create role blind;
      grant usage on schema public, headcount to blind; grant all on all tables in schema public, headcount to blind;
      alter table page_views enable row level security; create policy "own rows" on page_views using (account_id is null);
      set local role blind; savepoint before`);
    for (const sql of [
      "select aggregate_page_views(null, null)",
      "select rebuild_page_views_step('2026-01-01', '2026-01-02')",
      "select read_history_step()",
      "select read_set_aside_again()",
    ]) {
      await expect(client.query(sql)).rejects.toMatchObject({
        code: "42501",
        message:
          'row level security of public.page_views hides page views from role blind: its policies are "own rows"',
        hint: "Run this as the owner of the table, or let the role see all rows: alter role blind bypassrls",
      });
      await client.query("rollback to before");
    }
  } finally {
    await client.query("rollback");
    client.release();
  }
  expect(await counted()).toBe(views);
});

test("a session that is read in again keeps the entries of entities and dates that are not", async () => {
  const { pool } = database;
  const inserted = `insert into page_views (entity_type, entity_id, session_id, viewed_at) values
    ('listing', md5('first')::uuid, md5('session a')::uuid, '2026-03-01T12:50Z'),
    ('listing', md5('first')::uuid, md5('session b')::uuid, '2026-03-01T01:10Z'),
    ('listing', md5('first')::uuid, md5('session b')::uuid, '2026-03-01T05:10Z'),
    ('listing', md5('second')::uuid, md5('session a')::uuid, '2026-03-02T15:10Z')`;
  await pool.query(inserted);
  await foldEverything(pool);
  for (const damage of [
    "delete from visitor_sessions where session_id = md5('session a')::uuid",
    `update visitor_sessions set entry_entity_id = md5('second')::uuid, first_seen_at = '2026-03-02T15:10Z'
     where session_id = md5('session a')::uuid`,
    "update visitor_sessions set total_views = 1 where session_id = md5('session a')::uuid",
  ]) {
    await pool.query(damage);
    const { rows } = await pool.query(
      "select aggregate_page_views('2026-03-03', '2026-03-03')::int as page_views",
    );
    expect(rows).toEqual([{ page_views: 1 }]);
    expect(await compareRollups(pool)).toEqual([]);
  }
  await pool.query(
    `update visitor_sessions set first_seen_at = '2026-03-02T15:10Z' where session_id = md5('session a')::uuid;
     update analytics_days set entries = null where entity_id = md5('first')::uuid;
     update analytics_hours set hours = hours || array[[2, 0, 0, 0, 0, 0, 0, -1, 0]] where entity_id = md5('first')::uuid`,
  );
  await pool.query("select aggregate_page_views('2026-03-03', '2026-03-03')");
  expect(await compareRollups(pool)).toEqual([]);
});

test("no column of a rollup but when it was written differs after everything is read in again", async () => {
  const { pool } = database;
  const content = `
    select md5(string_agg(r::text, ',' order by r::text)) as content from (
      select to_jsonb(d) - '{created, updated}'::text[] as r from analytics_days d
      union all select to_jsonb(v) from analytics_entity_visitors v union all select to_jsonb(d) from analytics_visitor_days d
      union all select to_jsonb(r) from analytics_visitor_returns r union all select to_jsonb(s) from visitor_sessions s
    ) r`;
  await pool.query("update visitor_sessions set user_agent = 'Firefox', ip_address = '10.0.0.1'");
  await pool.query("select aggregate_page_views(null, null)");
  const { rows: before } = await pool.query(content);
  await rebuild(everything, 7);
  expect((await pool.query(content)).rows).toEqual(before);
});

test("a step that is lost is done again by the next one", async () => {
  const { pool } = database;
  await pool.query("delete from analytics_visitor_days");
  const client = await pool.connect();
  try {
    await client.query("begin; select rebuild_page_views_step(null, null, null, 20); rollback");
  } finally {
    client.release();
  }
  await rebuild(everything, 100_000);
  expect(await compareRollups(pool)).toEqual([]);
});

test.for([0, -1])("a step of %s views is refused", async (stepLimit) => {
  await expect(
    database.pool.query("select rebuild_page_views_step(null, null, null, $1)", [stepLimit]),
  ).rejects.toThrow("p_limit must be at least 1");
});

test("a range that ends before it begins is refused", async () => {
  await expect(
    database.pool.query("select aggregate_page_views('2026-01-02', '2026-01-01')"),
  ).rejects.toThrow("p_start_date (2026-01-02) is after p_end_date (2026-01-01)");
});

test("rebuilding while views arrive, change and go loses and doubles nothing", async () => {
  const { pool } = database;
  const traffic = new AbortController();
  const write = async (): Promise<void> => {
    // on a busy machine more could come for ever than is folded and rebuilt, twenty changes at a time
    for (let round = 0; round < 300 && !traffic.signal.aborted; round += 1) {
      await addViews(pool, 5);
      await pool.query("update page_views set time_on_page = $1 where id % 13 = $2", [
        round,
        round % 13,
      ]);
      await pool.query("delete from page_views where id % 17 = $1", [round % 17]);
    }
  };
  const fold = async (): Promise<void> => {
    while (!traffic.signal.aborted)
      await pool.query("select fold_page_view_changes(20), fold_page_view_changes(20, 8)");
  };
  const rebuildTwice = async (): Promise<void> => {
    try {
      await rebuild(everything, 25);
      await rebuild({ from: "2026-01-03", to: "2026-01-12" }, 25);
    } finally {
      traffic.abort();
    }
  };
  await Promise.all([rebuildTwice(), fold(), write()]);
  expect(await compareRollups(pool)).toEqual([]);
  await foldEverything(pool);
  expect(await compareRollups(pool)).toEqual([]);
});
