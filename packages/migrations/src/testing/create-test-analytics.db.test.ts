import { expect, test } from "vitest";
import { createTestDatabase } from "../../../../testing/test-database.ts";
import { createTestAnalytics, type TestAnalytics } from "./create-test-analytics.ts";

const listing = { entity_type: "listing", entity_id: null };

async function countTwoViews({ analytics, query }: TestAnalytics): Promise<object> {
  await analytics.trackPageView({ ...listing, session_id: crypto.randomUUID() });
  await query("insert into page_views (entity_type, session_id) values ('listing', $1)", [
    crypto.randomUUID(),
  ]);
  const { totals, time_zone } = await analytics.getTimeSeries(listing);
  const rows = await query("select count(*)::int as rows from page_views");
  return { views: totals.views, unique_visitors: totals.unique_visitors, time_zone, rows };
}

const counted = {
  views: 2,
  unique_visitors: 2,
  time_zone: "Asia/Tokyo",
  rows: [{ rows: 2 }],
};

test("a test gets a client of a migrated database in memory", async () => {
  await using testing = await createTestAnalytics({ timeZone: "Asia/Tokyo" });
  expect(await countTwoViews(testing)).toEqual(counted);
});

test("and one on its own pool, which stays open", async () => {
  await using database = await createTestDatabase("test analytics");
  const { pool } = database;
  const testing = await createTestAnalytics({ pool, timeZone: "Asia/Tokyo", schema: "stats" });
  expect(await countTwoViews(testing)).toEqual(counted);
  await testing.close();
  await expect(testing.analytics.getStatus()).rejects.toMatchObject({ code: "closed" });
  expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});
