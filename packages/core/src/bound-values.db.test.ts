import { migrate } from "@headcount/migrations";
import * as fc from "fast-check";
import { Kysely, PostgresDialect } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../testing/test-database.ts";
import { AnalyticsClient } from "./analytics-client.ts";
import { isAnalyticsError } from "./errors.ts";

// Each text that is tried has this in it: found in a statement, it was written there instead of bound.
const mark = "zqmarkqz";
const pieces = [
  "'",
  '"',
  "\\",
  "$1",
  "$$",
  "--",
  "/*",
  "*/",
  ";",
  "%",
  "_",
  "\0",
  "\n",
  "🦆",
  "E'\\''",
  "drop table",
];
const noise = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((parts) => parts.join("")),
);
const text = fc.tuple(noise, noise).map(([before, after]) => `${before}${mark}${after}`);

let database: TestDatabase;
let analytics: AnalyticsClient;
const sent: { sql: string; parameters: readonly unknown[] }[] = [];

beforeAll(async () => {
  database = await createTestDatabase("bound values");
  await database.pool.query(`create table page_views (
    id uuid primary key, entity_type text, entity_id text, account_id text, session_id text, viewed_at timestamptz)`);
  await migrate({ pool: database.pool });
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: database.pool }),
    log: ({ query }) => {
      sent.push({ sql: query.sql, parameters: query.parameters });
    },
  });
  analytics = new AnalyticsClient({ db });
  const view = { entity_type: "listing", entity_id: "7", session_id: "s" };
  await analytics.trackPageViews([view, view]);
});

afterAll(() => database.drop());

const calls: [name: string, call: (value: string) => Promise<unknown>][] = [
  [
    "the type of an entity",
    (value) => analytics.getTimeSeries({ entity_type: value, entity_id: null }),
  ],
  [
    "the id of an entity",
    (value) => analytics.getTimeSeries({ entity_type: "listing", entity_id: value }),
  ],
  [
    "a date",
    (value) =>
      analytics.getTimeSeries({
        entity_type: "listing",
        entity_id: "7",
        date_from: value,
        date_to: value,
      }),
  ],
  [
    "the id of an entity whose visitors are asked for",
    (value) => analytics.getVisitors({ entity_type: "listing", entity_id: value }),
  ],
  [
    "a search",
    (value) => analytics.getVisitors({ entity_type: "listing", entity_id: "7", search: value }),
  ],
  [
    "a cursor",
    (value) => analytics.getVisitors({ entity_type: "listing", entity_id: "7", cursor: value }),
  ],
  [
    "every text of a page view",
    (value) =>
      analytics.trackPageViews([
        {
          entity_type: value,
          entity_id: value,
          account_id: value,
          session_id: value,
          referrer_url: value,
        },
        { entity_type: "listing", entity_id: "7", session_id: "s", id: value, viewed_at: value },
      ]),
  ],
  [
    "a referrer",
    (value) =>
      analytics.trackPageView({ entity_type: "listing", entity_id: "7", referrer_url: value }),
  ],
  ["a page view's id", (value) => analytics.recordTimeOnPage({ page_view_id: value, seconds: 3 })],
  [
    "the ids of a login",
    (value) => analytics.identifySession({ session_id: value, account_id: value }),
  ],
  ["the dates of a rebuild", (value) => analytics.rebuild({ date_from: value, date_to: value })],
];

test.for(calls)("%s reaches SQL only as a bound value", async ([, call]) => {
  const statements = new Set<string>();
  const holds = fc.asyncProperty(text, async (value) => {
    sent.length = 0;
    const failure: unknown = await call(value).then(
      () => null,
      (error: unknown) => error,
    );
    // What cannot be stored is refused by us; the server never finds fault with the SQL.
    expect(failure === null || (isAnalyticsError(failure) && failure.code !== "database")).toBe(
      true,
    );
    for (const { sql } of sent) statements.add(sql);
  });
  await fc.assert(holds, { numRuns: 60 });
  expect([...statements].filter((statement) => statement.includes(mark))).toEqual([]);
  // the same few statements, whatever the text
  expect(statements.size).toBeLessThan(12);
});

test("the harness sees what is bound", async () => {
  sent.length = 0;
  await analytics.getTimeSeries({ entity_type: mark, entity_id: mark });
  expect(sent.some(({ parameters }) => parameters.includes(mark))).toBe(true);
});

test("the name of a schema is quoted, and no other text is part of a statement", async () => {
  const holds = fc.asyncProperty(fc.string({ unit: "binary", maxLength: 20 }), async (value) => {
    const schema = `${mark}"; drop table page_views; --${value.replaceAll("\0", "")}`.slice(0, 60);
    await using elsewhere = new AnalyticsClient({ connectionString: database.url, schema });
    await expect(
      elsewhere.getTimeSeries({ entity_type: "listing", entity_id: "7" }),
    ).rejects.toMatchObject({
      code: "schema_missing",
    });
  });
  await fc.assert(holds, { numRuns: 20 });
  const { rows } = await database.pool.query(
    "select to_regclass('page_views') is not null as there",
  );
  expect(rows).toEqual([{ there: true }]);
});
