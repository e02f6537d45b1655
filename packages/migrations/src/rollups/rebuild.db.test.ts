import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addViews } from "../../../../testing/oracle/add-views.ts";
import { compareRollups } from "../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../testing/oracle/fold-everything.ts";
import { type RebuildStep, rebuildSteps } from "../../../../testing/oracle/rebuild-steps.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";

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

const damages = {
  "aggregates that are gone": "delete from analytics_aggregates where hour is null or hour > 12",
  "aggregates that are wrong":
    "update analytics_aggregates set total_views = total_views + 1, new_visitors = 9, time_total = 0",
  "visitors that are gone": "delete from analytics_visitors where visit_count % 2 = 0",
  "visitors that are wrong":
    "update analytics_visitors set visit_count = 99, days_visited = 1, first_visit = last_visit, last_visit = first_visit",
  "visitor-days that are gone": "delete from analytics_visitor_days where date > '2026-01-10'",
  "visitor-days that are wrong":
    "update analytics_visitor_days set views = views + 3, hours_seen = 5, first_view = last_view + interval '1 day'",
  "visitor-days that are linked wrongly":
    "update analytics_visitor_days set prev_date = case when hours_seen > 100 then date - 3 end",
  "returns that are gone": "delete from analytics_visitor_returns where visitors = 1",
  "returns that are wrong": "update analytics_visitor_returns set visitors = visitors + 1",
  "a visitor who never was": `insert into analytics_visitors
    (entity_type, entity_id, is_account, visitor_id, visit_count, days_visited, timed_views, time_total, first_visit, last_visit)
    values ('article', null, true, gen_random_uuid(), 1, 1, 0, 0, now(), now())`,
  "an entity that never was": `
    insert into analytics_visitor_returns values ('ghost', null, '2026-01-02', '2026-01-01', 1, 1);
    insert into analytics_visitor_days
    (entity_type, is_account, visitor_id, date, views, timed_views, hours_seen, time_total, first_view, last_view)
    values ('spectre', true, gen_random_uuid(), '2026-01-02', 1, 0, 1, 0, now(), now())`,
  "no rollups at all":
    "truncate analytics_aggregates, analytics_visitors, analytics_visitor_days, analytics_visitor_returns",
};

test.for(
  Object.entries(damages).flatMap(([damage, sql]) => [
    { damage, sql, stepLimit: 100_000 },
    { damage, sql, stepLimit: 10 },
  ]),
)("rebuilding everything, $stepLimit views a step, heals $damage", async ({ sql, stepLimit }) => {
  await database.pool.query(sql);
  expect(await compareRollups(database.pool)).not.toEqual([]);
  await rebuild(everything, stepLimit);
  expect(await compareRollups(database.pool)).toEqual([]);
});

test("rebuilding a range heals that range and leaves the rest alone", async () => {
  const { pool } = database;
  await pool.query("update analytics_aggregates set time_total = time_total + 1");
  await pool.query("select aggregate_page_views('2026-01-05', '2026-01-11')");
  const differences = await compareRollups(pool);
  const dates = new Set(differences.map(({ row }) => String(row["date"])));
  expect(dates.size).toBeGreaterThan(10);
  expect([...dates].filter((date) => date >= "2026-01-05" && date <= "2026-01-11")).toEqual([]);
});

test("rebuilding takes the pending changes that it covers, and only those", async () => {
  const { pool } = database;
  await pool.query("update page_views set time_on_page = 1 where viewed_at < '2026-01-20'");
  await pool.query("select aggregate_page_views('2026-01-05', '2026-01-11')");
  const { rows } = await pool.query(`
    select distinct (viewed_at at time zone 'Australia/Lord_Howe')::date between '2026-01-05' and '2026-01-11' as covered
    from page_view_changes`);
  expect(rows).toEqual([{ covered: false }]);
  expect(await compareRollups(pool)).toEqual([]);
});

test("aggregate_page_views says how many page views it read", async () => {
  const { rows } = await database.pool.query(`
    select
      aggregate_page_views(null, null)::int as everything,
      aggregate_page_views('2026-01-01', '2026-01-02')::int as two_days,
      aggregate_page_views('1999-01-01', '1999-12-31')::int as nothing`);
  // from 11:00 on the first of January, every 5 h 7 min
  expect(rows).toEqual([{ everything: views, two_days: 8, nothing: 0 }]);
});

test.for([10, 35, 1000])(
  "a step of %s views reads no more, but for one whole date",
  async (stepLimit) => {
    const steps = await rebuild(everything, stepLimit);
    const mostOnOneDate = 5;
    expect(Math.max(...steps.map((step) => step.page_views))).toBeLessThanOrEqual(
      Math.max(stepLimit, mostOnOneDate),
    );
    expect(steps.reduce((sum, step) => sum + step.page_views, 0)).toBe(views);
  },
);

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
    for (let round = 0; !traffic.signal.aborted; round += 1) {
      await addViews(pool, 5);
      await pool.query("update page_views set time_on_page = $1 where id % 13 = $2", [
        round,
        round % 13,
      ]);
      await pool.query("delete from page_views where id % 17 = $1", [round % 17]);
    }
  };
  const fold = async (): Promise<void> => {
    while (!traffic.signal.aborted) await pool.query("select fold_page_view_changes(20)");
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
