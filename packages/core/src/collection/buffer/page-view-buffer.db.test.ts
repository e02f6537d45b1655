import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import type { PageView } from "../validation/page-view.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("page view buffer", { pageViewId: "uuid" });
});

beforeEach(async () => {
  analytics = new AnalyticsClient({ pool: database.pool });
  await database.pool.query("truncate page_views");
});

afterAll(() => database.drop());

function views(count: number): (PageView & { id: string })[] {
  return Array.from({ length: count }, () => {
    return { id: randomUUID(), entity_type: "home", entity_id: null, session_id: randomUUID() };
  });
}

async function stored(): Promise<{ views: number; timed: number }> {
  const { rows } = await database.pool.query<{ views: number; timed: number }>(
    "select count(*)::int as views, count(time_on_page)::int as timed from page_views",
  );
  return rows[0] ?? { views: 0, timed: 0 };
}

test("leaving the block writes everything that was accepted", async () => {
  {
    await using buffer = analytics.createPageViewBuffer({ maxWaitMs: 60_000 });
    expect(await buffer.trackPageViews(views(30))).toEqual({ accepted: 30, refused: [] });
    expect(await stored()).toEqual({ views: 0, timed: 0 });
    expect(buffer.counts).toEqual({ pending: 30, written: 0, refused: 0, retries: 0 });
  }
  expect(await stored()).toEqual({ views: 30, timed: 0 });
  await analytics.aggregate();
  expect(await compareRollups(database.pool)).toEqual([]);
});

test("a time waits for its view, wherever the batches are cut", async () => {
  await using buffer = analytics.createPageViewBuffer({ maxRows: 4 });
  const viewed = views(10);
  await buffer.trackPageViews(viewed);
  await buffer.recordTimesOnPage(viewed.map(({ id }) => ({ page_view_id: id, seconds: 5 })));
  await buffer.flush();
  expect(await stored()).toEqual({ views: 10, timed: 10 });
  expect(buffer.counts).toEqual({ pending: 0, written: 20, refused: 0, retries: 0 });
});

test("what there is no room for is refused and counted, and the rest is kept", async () => {
  await using buffer = analytics.createPageViewBuffer({ maxPending: 8, maxWaitMs: 60_000 });
  await buffer.trackPageViews(views(6));
  const { accepted, refused } = await buffer.trackPageViews(views(4));
  expect(accepted).toBe(2);
  expect(refused.map(({ index, code }) => [index, code])).toEqual([
    [2, "buffer_full"],
    [3, "buffer_full"],
  ]);
  expect(analytics.collectionCounts()).toMatchObject({ accepted: 0, refused: { buffer_full: 2 } });
  const body = { messages: [{ type: "page_view", ...views(1)[0] }] };
  const request = new Request("https://a.example", { method: "POST", body: JSON.stringify(body) });
  const response = await analytics.collectRequest(request, { buffer });
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
});

test("views and times of a browser may go through a buffer", async () => {
  await using buffer = analytics.createPageViewBuffer();
  const [view] = views(1);
  const messages = [
    { type: "time_on_page", page_view_id: view?.id, seconds: 4 },
    { type: "page_view", ...view },
  ];
  expect(await analytics.collect({ messages }, { buffer })).toEqual({ accepted: 2, refused: [] });
  await buffer.flush();
  expect(await stored()).toEqual({ views: 1, timed: 1 });
});

test("a column that is away for a while loses nothing and counts nothing twice", async () => {
  const onError = vi.fn<() => void>();
  const buffer = analytics.createPageViewBuffer({ maxRows: 10, onError });
  await buffer.trackPageViews(views(5));
  await buffer.flush();

  await database.pool.query("alter table page_views rename column entity_type to away");
  await buffer.trackPageViews(views(25));
  await expect.poll(() => onError.mock.calls.length).toBeGreaterThan(1);
  expect(buffer.counts).toMatchObject({ pending: 25, written: 5 });
  await database.pool.query("alter table page_views rename column away to entity_type");
  await buffer.close();
  expect(await stored()).toEqual({ views: 30, timed: 0 });
  expect(buffer.counts.retries).toBeGreaterThan(1);
});

test("a table that moves is followed", async () => {
  await using buffer = analytics.createPageViewBuffer();
  await buffer.trackPageViews(views(3));
  await database.pool.query("alter table page_views rename to views_of_pages");
  try {
    await buffer.flush();
  } finally {
    await database.pool.query("alter table views_of_pages rename to page_views");
  }
  expect(await stored()).toEqual({ views: 3, timed: 0 });
  expect(buffer.counts).toMatchObject({ pending: 0, written: 3, retries: 1 });
});

test("a view that the table does not take is dropped and counted, and its batch is stored", async () => {
  await database.pool.query(
    "alter table page_views add constraint no_test check (entity_type <> 'test')",
  );
  const buffer = analytics.createPageViewBuffer();
  await buffer.trackPageViews([...views(7), { entity_type: "test", entity_id: null }, ...views(7)]);
  await buffer.close();
  expect(await stored()).toEqual({ views: 14, timed: 0 });
  expect(buffer.counts).toEqual({ pending: 0, written: 14, refused: 1, retries: 0 });
  expect(analytics.collectionCounts().refused.refused_by_table).toBe(1);
  await database.pool.query("alter table page_views drop constraint no_test");
});

test("closing a buffer whose client is closed says what is lost", async () => {
  const buffer = analytics.createPageViewBuffer({ maxWaitMs: 60_000 });
  await buffer.trackPageViews(views(3));
  await analytics.close();
  await expect(buffer.close()).rejects.toMatchObject({
    code: "closed",
    message: expect.stringMatching(/^3 page views and times on page .* not stored. This client is/),
  });
  await expect(buffer.trackPageViews(views(1))).rejects.toMatchObject({ code: "closed" });
});

test.each([
  ["maxRows", { maxRows: 0 }],
  ["maxWaitMs", { maxWaitMs: -1 }],
  ["maxPending", { maxPending: 1.5 }],
  ["onError", { onError: 5 }],
  ["rows", { rows: 5 }],
])("a wrong %s is refused", (field, options) => {
  const make = () => analytics.createPageViewBuffer(options as object);
  expect(make).toThrow(expect.objectContaining({ code: "invalid_input", field }));
});
