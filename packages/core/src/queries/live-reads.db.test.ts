import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { askOracle } from "../../../../testing/oracle/ask-oracle.ts";
import { compareClient } from "../../../../testing/oracle/compare-client.ts";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { EntityQuestion } from "../../../../testing/oracle/entity-question.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";

const entity = { entity_type: "listing", entity_id: "1" };
const range = { date_from: "2026-03-01", date_to: "2026-03-31" };
const question: EntityQuestion = {
  ...entity,
  ...range,
  period: "weekly",
  sort: "visit_count",
  limit: 3,
};

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("live reads", {
    timeZone: "UTC",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "bigint",
  });
  analytics = new AnalyticsClient({ pool: database.pool });
});

afterAll(() => database.drop());

beforeEach(async () => {
  await database.pool.query("truncate page_views");
  await addViews(400);
  await analytics.aggregate();
});

async function addViews(count: number): Promise<void> {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
     select
       'listing', 1 + floor(random() * 2), case when random() < 0.3 then floor(random() * 5) end, floor(random() * 60),
       '2026-03-01T00:00:00Z'::timestamptz + random() * interval '31 days', floor(random() * 20)
     from generate_series(1, $1)`,
    [count],
  );
}

async function differences(): Promise<unknown[]> {
  return compareClient(analytics, question, await askOracle(database.pool, question));
}

test("views that are added, edited, moved and deleted are in the next answer, and nothing is written", async () => {
  await addViews(30);
  await database.pool.query(`
    update page_views set account_id = 4 where session_id < 5;
    update page_views set time_on_page = 11 where session_id between 5 and 20;
    update page_views set entity_id = 3 - entity_id where session_id between 21 and 25;
    delete from page_views where session_id between 26 and 35`);
  const pending = await pendingChanges();
  expect(pending).toBeGreaterThan(100);
  expect(await differences()).toEqual([]);

  const { freshness } = await analytics.getTimeSeries({ ...entity, ...range });
  expect(freshness).toMatchObject({ live: true, pending_changes: pending });
  expect(await pendingChanges()).toBe(pending);
});

test("a session that goes on elsewhere does not bounce any more, before that is folded", async () => {
  await database.pool.query(
    "insert into page_views (entity_type, entity_id, session_id, viewed_at) values ('page', 1, 1000, '2026-03-01T10:00:00Z')",
  );
  await analytics.aggregate();
  expect(await bounceRate("1")).toBe(100);
  await database.pool.query(
    "insert into page_views (entity_type, entity_id, session_id, viewed_at) values ('page', 2, 1000, '2026-03-01T10:01:00Z')",
  );
  expect(await bounceRate("1")).toBe(0);
});

test("a session whose first view is taken away entered at the next one, before that is folded", async () => {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, session_id, viewed_at) values
       ('page', 3, 2000, '2026-03-01T10:00:00Z'), ('page', 4, 2000, '2026-03-01T10:01:00Z')`,
  );
  await analytics.aggregate();
  expect([await bounceRate("3"), await bounceRate("4")]).toEqual([0, null]);
  await database.pool.query("delete from page_views where entity_id = 3");
  expect([await bounceRate("3"), await bounceRate("4")]).toEqual([null, 100]);
});

test.for(["5", null])(
  "where thousands of sessions entered (entity %s), those with something pending are found",
  async (entityId) => {
    await database.pool.query(
      `insert into page_views (entity_type, entity_id, session_id, viewed_at)
     select 'page', $1, s, '2026-03-01T10:00:00Z' from generate_series(10001, 12000) s`,
      [entityId],
    );
    await analytics.aggregate();
    expect(await bounceRate(entityId)).toBe(100);
    await database.pool.query(
      `insert into page_views (entity_type, entity_id, session_id, viewed_at)
     select 'page', 6, s, '2026-03-01T10:01:00Z' from generate_series(10001, 10500) s`,
    );
    expect(await bounceRate(entityId)).toBe(75);
    await database.pool.query("delete from page_views where session_id between 10001 and 10250");
    expect(await bounceRate(entityId)).toBe(85.71);
  },
);

test("with more pending than the bound, answers are the folded ones and say so", async () => {
  const before = await analytics.getTimeSeries({ ...entity, ...range });
  const visitorsBefore = await analytics.getVisitors({ ...entity, visits_limit: 0 });
  await addViews(40);
  const client = await database.pool.connect();
  try {
    await client.query("update analytics_settings set max_pending_for_live = 39");
    const after = await analytics.getTimeSeries({ ...entity, ...range });
    expect(after.freshness).toMatchObject({ live: false, pending_changes: 40 });
    expect({ ...after, freshness: null }).toEqual({ ...before, freshness: null });
    const visitors = await analytics.getVisitors({ ...entity, visits_limit: 0 });
    expect(visitors.freshness).toMatchObject({ live: false, pending_changes: 40 });
    expect(visitors.data).toEqual(visitorsBefore.data);
    await client.query("update analytics_settings set max_pending_for_live = 40");
    expect(await differences()).toEqual([]);
  } finally {
    await client.query("update analytics_settings set max_pending_for_live = default");
    client.release();
  }
});

test("folded_through is when the oldest pending change was captured, and now when none is", async () => {
  const { rows } = await database.pool.query<{ now: Date }>("select clock_timestamp() as now");
  const before = rows[0]?.now.toISOString() ?? "";
  const folded = await analytics.getTimeSeries(entity);
  expect((folded.freshness.folded_through ?? "") >= before.slice(0, -1)).toBe(true);

  await addViews(1);
  const captured = await database.pool.query<{ captured_at: Date }>(
    "select captured_at from page_view_changes",
  );
  await addViews(1);
  const { freshness } = await analytics.getTimeSeries(entity);
  expect(freshness.folded_through).toBe(captured.rows[0]?.captured_at.toISOString());
});

test("reads are pure: they work in a transaction that is read only", async () => {
  await addViews(5);
  const client = await database.pool.connect();
  try {
    await client.query("begin transaction read only");
    const series = await client.query(
      "select * from get_time_series_data('listing', 1, '2026-03-01', '2026-03-31', 'daily')",
    );
    expect(series.rows).toHaveLength(31);
    const visitors = await client.query("select * from get_entity_visitors('listing', 1)");
    expect(visitors.rows.length).toBeGreaterThan(0);
  } finally {
    await client.query("rollback");
    client.release();
  }
});

async function bounceRate(entity_id: string | null): Promise<number | null> {
  const { totals } = await analytics.getTimeSeries({ entity_type: "page", entity_id, ...range });
  return totals.bounce_rate;
}

async function pendingChanges(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    "select count(*)::int4 as count from page_view_changes",
  );
  return rows[0]?.count ?? 0;
}
