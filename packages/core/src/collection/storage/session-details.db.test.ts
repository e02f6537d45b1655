import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import type { CollectionOptions } from "../validation/collection-policy.ts";

const session_id = "00000000-0000-4000-8000-00000000000c";
const home = { entity_type: "home", entity_id: null, session_id };
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
const headers = { "user-agent": firefox };

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("session details", { pageViewId: "uuid" });
});

beforeEach(async () => {
  await database.pool.query("truncate page_views, visitor_sessions");
});

afterAll(() => database.drop());

function clientWith(collection: CollectionOptions): AnalyticsClient {
  return new AnalyticsClient({ pool: database.pool, collection });
}

async function sessions(): Promise<unknown[]> {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    "select total_views, ip_address::text, user_agent from visitor_sessions order by session_id",
  );
  return rows;
}

test("nothing is kept of a session's request unless it is asked for", async () => {
  const analytics = clientWith({});
  await analytics.trackPageView(home, { headers, ip_address: "192.0.2.77" });
  expect(await sessions()).toEqual([]);
  await analytics.aggregate();
  expect(await sessions()).toEqual([{ total_views: 1, ip_address: null, user_agent: null }]);
});

test.each<[CollectionOptions, address: string, ip: string | null, agent: string | null]>([
  [{ storeIpAddress: "truncated" }, "192.0.2.77", "192.0.2.0/24", null],
  [{ storeIpAddress: "truncated" }, "2001:db8:1:2::3", "2001:db8:1::/48", null],
  [{ storeIpAddress: "full" }, "::ffff:192.0.2.77", "192.0.2.77/32", null],
  [{ storeUserAgent: true }, "192.0.2.77", null, firefox],
  [{ storeUserAgent: true, storeIpAddress: "truncated" }, "nowhere", null, firefox],
])("by %j, %s is kept as %s", async (collection, ip_address, ip, agent) => {
  await clientWith(collection).trackPageView(home, { headers, ip_address });
  expect(await sessions()).toEqual([{ total_views: 0, ip_address: ip, user_agent: agent }]);
});

test("folding and rebuilding keep what was kept, whichever comes first", async () => {
  const analytics = clientWith({ storeIpAddress: "truncated" });
  const kept = { ip_address: "192.0.2.0/24", user_agent: null };
  const request = { headers, ip_address: "192.0.2.77" };
  await analytics.trackPageView(home, request);
  await analytics.aggregate();
  expect(await sessions()).toEqual([{ total_views: 1, ...kept }]);

  // A session that is there before anything was kept of it; another address later changes nothing.
  const other = { ...home, session_id: "00000000-0000-4000-8000-00000000000d" };
  await clientWith({}).trackPageView(other);
  await analytics.aggregate();
  await analytics.trackPageViews([other, home], request);
  await analytics.trackPageViews([other, home], { ip_address: "198.51.100.1" });
  await analytics.aggregate();
  const both = [
    { total_views: 3, ...kept },
    { total_views: 3, ...kept },
  ];
  expect(await sessions()).toEqual(both);

  const today = new Date().toISOString().slice(0, 10);
  await analytics.rebuild({ date_from: "2000-01-01", date_to: today });
  expect(await sessions()).toEqual(both);
  expect(await compareRollups(database.pool)).toEqual([]);
});

test("what was kept of a session goes with its last view", async () => {
  const analytics = clientWith({ storeUserAgent: true });
  await analytics.trackPageView(home, { headers });
  await analytics.aggregate();
  await database.pool.query("delete from page_views");
  await analytics.aggregate();
  expect(await sessions()).toEqual([]);
});

test("many batches of the same sessions at once neither fail nor lose one", async () => {
  const analytics = clientWith({ storeIpAddress: "full", maxViewsPerMinute: false });
  const ids = Array.from({ length: 30 }, () => randomUUID());
  const batch = ids.map((id) => ({ ...home, session_id: id }));
  const calls = Array.from({ length: 20 }, (_, call) =>
    analytics.trackPageViews(call % 2 === 0 ? batch : batch.toReversed(), {
      ip_address: "192.0.2.1",
    }),
  );
  const results = await Promise.all([...calls, analytics.aggregate()]);
  expect(results).toHaveLength(21);
  await analytics.aggregate();
  expect(await sessions()).toEqual(
    ids.map(() => ({ total_views: 20, ip_address: "192.0.2.1/32", user_agent: null })),
  );
  expect(await compareRollups(database.pool)).toEqual([]);
});
