import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addViews } from "../../../../../testing/oracle/add-views.ts";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import { rebuildSteps } from "../../../../../testing/oracle/rebuild-steps.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

const views = 150;

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("damages", { timeZone: "Australia/Lord_Howe" });
});

afterAll(() => database.drop());

beforeEach(async () => {
  await database.pool.query("truncate page_views");
  await addViews(database.pool, views);
  await foldEverything(database.pool);
});

const damages = {
  "days that are gone": "delete from analytics_days where date > '2026-01-10'",
  "days that are wrong":
    "update analytics_days set views = views + 1, again_ever = 9, time_total = 0, hour = 5, entries = 7",
  "hours that are gone": "delete from analytics_hours where date < '2026-01-20'",
  "hours that are wrong":
    "update analytics_hours set hours = hours || array[[3, 1, 0, 0, 0, 0, 0, 0, 0]]",
  "visitors that are gone": "delete from analytics_entity_visitors where visit_count % 2 = 0",
  "visitors that are wrong": `update analytics_entity_visitors
    set visit_count = 99, days_visited = null, first_visit = last_visit, last_visit = first_visit where last_visit is not null`,
  "visitor-days that are gone": "delete from analytics_visitor_days where date > '2026-01-10'",
  "visitor-days that are wrong":
    "update analytics_visitor_days set views = views + 3, hours_seen = 5, first_view = last_view + interval '1 day'",
  "visitor-days that follow the wrong one":
    "update analytics_visitor_days set prev_date = case when hours_seen > 100 then date - 3 end",
  "returns that are gone": "delete from analytics_visitor_returns where visitors = 1",
  "returns that are wrong": "update analytics_visitor_returns set visitors = visitors + 1",
  "weeks of returns that are wrong": "update analytics_visitor_return_weeks set week = week + 700",
  "a visitor who never was": `insert into analytics_entity_visitors (entity_type, entity_id, kind, visitor_id, first_visit)
    values ('article', md5('entity 1')::uuid, 'a', gen_random_uuid(), now())`,
  "entities that never were": `
    insert into analytics_visitor_returns (entity_type, entity_id, date, prev_date, visitors, accounts)
    values ('ghost', gen_random_uuid(), '2026-01-02', '2026-01-01', 1, 1);
    insert into analytics_visitor_days
    (entity_type, entity_id, kind, visitor_id, date, views, hours_seen, first_view, last_view)
    values ('spectre', gen_random_uuid(), 'a', gen_random_uuid(), '2026-01-02', 1, 1, now(), now());
    insert into analytics_entity_visitors (entity_type, entity_id, kind, visitor_id, first_visit)
    values ('wraith', gen_random_uuid(), 'a', gen_random_uuid(), '2026-01-02 12:00Z');
    insert into analytics_entities
    (entity_type, entity_id, views, timed_views, time_total, visitors, accounts, entries, bounces, first_view, last_view)
    values ('shade', gen_random_uuid(), 1, 0, 0, 1, 0, 0, 0, '2026-01-02 12:00Z', null)`,
  "totals that are wrong":
    "update analytics_entities set views = views + 1, first_view = last_view + interval '1 day'",
  "sessions that are gone": "delete from visitor_sessions where total_views % 2 = 0",
  "sessions that are wrong": `update visitor_sessions
    set first_seen_at = first_seen_at + interval '1 day', total_views = 1, entry_entity_id = md5('entity 1')::uuid`,
  "a session that never was": `insert into visitor_sessions
    (session_id, first_seen_at, last_seen_at, total_views, unique_pages, entry_entity_type, entry_entity_id)
    values (gen_random_uuid(), '2026-01-02 12:00Z', '2026-01-02 12:00Z', 1, 1, 'article', md5('entity 1')::uuid)`,
  "no rollups at all": `truncate analytics_days, analytics_hours, analytics_entity_visitors, analytics_visitor_days,
    analytics_visitor_returns, analytics_visitor_return_weeks, analytics_entities, visitor_sessions`,
};

const all = [
  { range: "everything", from: null, to: null },
  { range: "all its dates", from: "2025-12-01", to: "2026-12-31" },
];

test.for(
  Object.entries(damages).flatMap(([damage, sql]) =>
    all.map((range, nth) => ({ damage, sql, ...range, stepLimit: nth === 0 ? 100_000 : 10 })),
  ),
)(
  "rebuilding $range, $stepLimit views a step, heals $damage",
  async ({ sql, stepLimit, from, to }) => {
    await database.pool.query(sql);
    expect(await compareRollups(database.pool)).not.toEqual([]);
    await rebuildSteps(database.pool, { from, to, stepLimit });
    expect(await compareRollups(database.pool)).toEqual([]);
  },
);

test("what was set aside is right again when its entities are read in again, and so are its sessions", async () => {
  const { pool } = database;
  const set_aside = async (): Promise<void> => {
    await pool.query(`
      insert into page_views (entity_type, entity_id, session_id, viewed_at)
      values ('article', md5('entity 1')::uuid, md5('session 77')::uuid, '2026-01-09T10:00Z'),
        ('listing', null, md5('session 2')::uuid, '2025-12-01T10:00Z');
      with taken as (delete from page_view_changes returning *)
      insert into set_aside_changes (reason, sign, entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
      select 'a test', sign, entity_type, entity_id, account_id, session_id, viewed_at, time_on_page from taken`);
    expect(await compareRollups(pool)).not.toEqual([]);
  };
  await set_aside();
  const { rows } = await pool.query("select read_set_aside_again()::int as page_views");
  expect(rows).toEqual([
    { page_views: expect.toSatisfy((read: number) => read > 1 && read < views) },
  ]);
  expect(await compareRollups(pool)).toEqual([]);
  expect((await pool.query("select 1 from set_aside_changes")).rowCount).toBe(0);

  await set_aside();
  await rebuildSteps(pool, { from: "2026-01-01", to: "2026-12-31", stepLimit: 20 });
  expect((await pool.query("select entity_type from set_aside_changes")).rows).toEqual([
    { entity_type: "listing" },
  ]);
  await rebuildSteps(pool, { from: null, to: null, stepLimit: 20 });
  expect(await compareRollups(pool)).toEqual([]);
  expect((await pool.query("select 1 from set_aside_changes")).rowCount).toBe(0);
});
