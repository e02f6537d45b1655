import { migrate } from "@headcount/migrations";
import { Kysely } from "kysely";
import { PostgresJSDialect } from "kysely-postgres-js";
import { Pool, types } from "pg";
import postgres from "postgres";
import { expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../testing/test-database.ts";
import { AnalyticsClient } from "./analytics-client.ts";
import { verification } from "./contract/verification.ts";

const account = "00000000-0000-4000-8000-00000000000a";
const listing = { entity_type: "listing", entity_id: null };
const range = { date_from: "2020-01-01", date_to: "2099-12-31" };
const collection = { storeIpAddress: "truncated" } as const;

/** Asks everything, and compares it with what was collected. */
async function askEverything(analytics: AnalyticsClient, database: TestDatabase): Promise<void> {
  const view = { ...listing, id: account, session_id: account, referrer_url: "https://a.example/" };
  const request = { ip_address: "192.0.2.7" };
  const once = { accepted: 1, refused: [] };
  expect(await analytics.trackPageView(view, request)).toEqual(once);
  expect(await analytics.trackPageView(view)).toEqual(once);
  expect(await analytics.recordTimeOnPage({ page_view_id: account, seconds: 5 })).toEqual(once);
  const identity = { session_id: account, account_id: account };
  expect(await analytics.identifySession(identity)).toEqual({ identified_views: 1 });
  expect((await analytics.getStatus()).pending_changes).toBe(5);
  const folded = await analytics.aggregate({ concurrency: 2 });
  expect(folded.folded_changes).toBe(5);

  // two anonymous visitors within one millisecond, whom only a cursor of microseconds tells apart
  await database.pool.query(
    `insert into page_views (entity_type, session_id, viewed_at)
     select 'listing', gen_random_uuid(), '2026-01-05T10:00:00.0001Z'::timestamptz + n * interval '1 microsecond'
     from generate_series(1, 2) n`,
  );
  const { totals, freshness } = await analytics.getTimeSeries({
    ...listing,
    ...range,
    period: "yearly",
  });
  expect(totals).toMatchObject({
    views: 3,
    new_visitors: 3,
    unique_visitors: 3,
    unique_accounts: 1,
    anonymous_visitors: 2,
    avg_time_on_page: 5,
    bounce_rate: 100,
  });
  expect(freshness).toMatchObject({ live: true, pending_changes: 2 });
  const compared = await analytics.getTimeSeries({ ...listing, compare: "previous_year" });
  expect(compared.totals.views).toBe(1);
  expect(compared.compare?.totals.views).toBe(0);
  expect(compared.elapsed).toEqual({
    date: expect.any(String) as string,
    hour: expect.any(Number) as number,
  });
  const entities = [listing];
  expect((await analytics.getEntityTotals({ entities, ...range })).data).toMatchObject([
    { views: 3, unique_visitors: 3 },
  ]);
  const totals_compared = await analytics.getEntityTotals({ entities, compare: "previous_year" });
  expect(totals_compared.data).toMatchObject([{ views: 1 }]);
  expect((await analytics.getLive(listing)).data).toMatchObject([{ views: 1, unique_accounts: 1 }]);
  const rolling = await analytics.getRollingVisitors(listing);
  expect(rolling.data.at(-1)).toMatchObject({ visitors_28_days: 1 });
  const january = { date_from: "2026-01-01", date_to: "2026-01-31" };
  const { data: hours } = await analytics.getHeatMap({ ...listing, ...january });
  expect(hours.reduce((views, hour) => views + hour.views, 0)).toBe(2);

  const visitors: (string | null)[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await analytics.getVisitors({ ...listing, sort: "last_visit", limit: 1, cursor });
    visitors.push(...page.data.map(({ account_id }) => account_id));
    cursor = page.next_cursor;
  }
  expect(visitors).toEqual([account, null, null]);
  const ranked = await analytics.getVisitors({ ...listing, ...range, kind: "account" });
  expect(ranked.data).toMatchObject([{ account_id: account, visit_count: 1, days_visited: 1 }]);

  await analytics.aggregate();
  expect(await analytics.rebuild(range)).toMatchObject({ rebuilt_page_views: 3 });
  expect(await analytics.repair()).toMatchObject({ repaired_changes: 0, read_page_views: 0 });
  const verified = await analytics.verify({ sample: 10 });
  expect(verified).toMatchObject({ page_views: 3, entities: 1, differences: 0 });
  expect(verification.parse(verified)).toEqual(verified);
  expect(await analytics.getStatus()).toMatchObject({ pending_changes: 0, schema_version: 1 });
  const signal = AbortSignal.timeout(60_000);
  expect((await analytics.getTimeSeries(listing, { signal })).totals.views).toBe(1);
}

test("every call works on postgres.js, and leaves it open", async () => {
  await using database = await createTestDatabase("postgres.js");
  await migrate({ pool: database.pool });
  const { hostname: host, port, username, pathname } = new URL(database.url);
  const name = decodeURIComponent(pathname.slice(1));
  const driver = postgres({ host, port: Number(port), username, database: name, max: 4 });
  try {
    const db = new Kysely<unknown>({ dialect: new PostgresJSDialect({ postgres: driver }) });
    const analytics = new AnalyticsClient({ db, collection });
    await askEverything(analytics, database);
    await analytics.close();
    expect(await driver`select 1 as one`).toEqual([{ one: 1 }]);
  } finally {
    await driver.end();
  }
});

// Of whole and other numbers, arrays of them, dates, instants and JSON: all but texts and booleans.
const parsed = new Set([
  20, 21, 23, 114, 700, 701, 1005, 1007, 1016, 1021, 1022, 1082, 1114, 1184, 1231, 1700, 3802,
]);

test("no answer depends on the type parsers of the host", async () => {
  await using database = await createTestDatabase("type parsers");
  await migrate({ pool: database.pool });
  const original: (oid: number, format?: "text" | "binary") => unknown = types.getTypeParser;
  const getTypeParser = (oid: number, format?: "text" | "binary"): unknown =>
    parsed.has(oid) ? (text: unknown) => ({ host: text }) : original(oid, format);
  const pool = new Pool({
    connectionString: database.url,
    types: { getTypeParser: getTypeParser as typeof types.getTypeParser },
  });
  pool.on("error", () => undefined);
  try {
    const { rows } = await pool.query<{ one: unknown }>("select 1 as one");
    expect(rows).toEqual([{ one: { host: "1" } }]);
    await askEverything(new AnalyticsClient({ pool, collection }), database);
  } finally {
    await pool.end();
  }
});
