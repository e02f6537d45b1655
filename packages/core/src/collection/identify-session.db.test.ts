import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { compareRollups } from "../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import type { IdentifyOptions } from "./identify-session.ts";

const all = { maxAgeHours: "all" } as const;
const home = { entity_type: "home", entity_id: null };

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("identify session", {
    pageViewId: "uuid",
    accountId: "bigint",
    sessionId: "text",
  });
  analytics = new AnalyticsClient({ pool: database.pool, collection: { maxAgeMs: false } });
});

beforeEach(async () => {
  await database.pool.query("truncate page_views");
  const days = ["2026-03-01", "2026-03-02", "2026-03-09", "2026-04-01"];
  await analytics.trackPageViews([
    ...days.map((day) => ({ ...home, session_id: "s", viewed_at: `${day}T12:00:00Z` })),
    { ...home, session_id: "s", account_id: 7, viewed_at: "2026-03-03T12:00:00Z" },
    { ...home, session_id: "other", viewed_at: "2026-03-03T12:00:00Z" },
  ]);
});

afterAll(() => database.drop());

async function viewsByAccount(): Promise<object> {
  const { rows } = await database.pool.query<{ account: string; views: number }>(
    "select coalesce(account_id::text, 'nobody') as account, count(*)::int as views from page_views group by 1",
  );
  return Object.fromEntries(rows.map(({ account, views }) => [account, views]));
}

test("earlier views of nobody become the account's, others keep theirs, and the rollups follow", async () => {
  await analytics.aggregate();
  const identity = { session_id: "s", account_id: 9 };
  expect(await analytics.identifySession(identity, all)).toEqual({ identified_views: 4 });
  expect(await viewsByAccount()).toEqual({ "7": 1, "9": 4, nobody: 1 });
  expect(await analytics.identifySession(identity, all)).toEqual({ identified_views: 0 });

  await analytics.aggregate();
  expect(await compareRollups(database.pool)).toEqual([]);
  const range = { date_from: "2026-03-01", date_to: "2026-04-30" };
  const { totals } = await analytics.getTimeSeries({ ...home, ...range });
  expect(totals).toMatchObject({ views: 6, unique_accounts: 2, anonymous_visitors: 1 });
});

test("views that become the account's before they were ever folded are right as well", async () => {
  await analytics.identifySession({ session_id: "s", account_id: 7 }, all);
  await analytics.aggregate();
  expect(await compareRollups(database.pool)).toEqual([]);
  expect(await viewsByAccount()).toEqual({ "7": 5, nobody: 1 });
});

test("of many accounts at once, one has all the views", async () => {
  const accounts = Array.from({ length: 12 }, (_, account) => account + 100);
  const results = await Promise.all(
    accounts.map((account_id) => analytics.identifySession({ session_id: "s", account_id }, all)),
  );
  expect(results.map((result) => result.identified_views).toSorted((a, b) => b - a)).toEqual([
    4,
    ...accounts.slice(1).map(() => 0),
  ]);
  await analytics.aggregate();
  expect(await compareRollups(database.pool)).toEqual([]);
});

test("a copy of an id claims views of the last 24 hours and no older ones, unless the host says so", async () => {
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  await analytics.trackPageViews(
    [0, 23.9, 24.1, 71].map((age) => ({ ...home, session_id: "copied", viewed_at: hoursAgo(age) })),
  );
  const identity = { session_id: "copied", account_id: 9 };
  const claim = (options?: IdentifyOptions) => analytics.identifySession(identity, options);
  expect(await claim({ maxAgeHours: 0.5 })).toEqual({ identified_views: 1 });
  expect(await claim()).toEqual({ identified_views: 1 });
  expect(await claim({ maxAgeHours: 72 })).toEqual({ identified_views: 2 });
  expect(await analytics.identifySession({ session_id: "s", account_id: 9 })).toEqual({
    identified_views: 0,
  });
  await analytics.aggregate();
  expect(await compareRollups(database.pool)).toEqual([]);
});

test.each([0, -1, 1e7, Number.NaN, "24", null])("%s hours are refused", async (hours) => {
  const identity = { session_id: "s", account_id: 9 };
  const call = analytics.identifySession(identity, { maxAgeHours: hours as number });
  await expect(call).rejects.toMatchObject({
    code: "invalid_input",
    field: "maxAgeHours",
    message: expect.stringMatching(/give hours, more than 0 and up to 1000000, or "all"\.$/),
  });
});

test.each([
  ["account_id", { session_id: "s", account_id: null }],
  ["account_id", { session_id: "s", account_id: "ada" }],
  ["session_id", { session_id: "", account_id: 9 }],
  ["session_id", { account_id: 9 }],
  ["view", { session_id: "s", account_id: 9, view: 1 }],
])("a wrong %s is refused and changes nothing", async (field, identity) => {
  const wrong = identity as { session_id: string; account_id: number };
  const call = analytics.identifySession(wrong, all);
  await expect(call).rejects.toMatchObject({ code: "invalid_input", field });
  expect(await viewsByAccount()).toEqual({ "7": 1, nobody: 5 });
});
