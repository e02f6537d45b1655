import { randomUUID } from "node:crypto";
import { migrate } from "@headcount/migrations";
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from "kysely";
import { Pool, type PoolConfig } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../testing/oracle/create-installed-database.ts";
import { createTestDatabase, type TestDatabase } from "../../../testing/test-database.ts";
import { AnalyticsClient } from "./analytics-client.ts";

const ada = "00000000-0000-4000-8000-00000000000a";
const ben = "00000000-0000-4000-8000-00000000000b";
const guest = "00000000-0000-4000-8000-00000000000c";
const listing = "00000000-0000-4000-8000-000000000001";

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("analytics client");
  await database.pool.query(
    `create or replace view headcount.analytics_accounts as
     select * from (values
       ('${ada}'::uuid, 'ada'::text, 'Ada Lovelace'::text),
       ('${ben}'::uuid, 'ben', null)
     ) accounts (account_id, username, display_name)`,
  );
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, referrer_url, time_on_page) values
      ('listing', $1, $2, null, '2026-03-02T09:00:00.123456Z', 'https://example.com/', 30),
      ('listing', $1, $2, $4,   '2026-03-04T10:00:00Z', null, 41),
      ('listing', $1, $3, null, '2026-03-04T11:00:00Z', null, null),
      ('listing', $1, null, $4, '2026-03-09T12:00:00Z', 'https://example.org/?q=a"b', null),
      ('listing', $1, null, null, '2026-03-09T13:00:00Z', null, null),
      ('listing', null, $2, null, '2026-03-09T13:00:00Z', null, 7)`,
    [listing, ada, ben, guest],
  );
});

afterAll(() => database.drop());

function hostPool(config: PoolConfig = {}): Pool {
  const pool = new Pool({ connectionString: database.url, ...config });
  // Connections may still be closing when the test database is dropped.
  pool.on("error", () => undefined);
  return pool;
}

test("the main job: views are aggregated, counted over time and listed by visitor", async () => {
  const analytics = new AnalyticsClient({ pool: database.pool });
  const folded = await analytics.aggregate();
  expect(folded).toEqual({ folded_changes: 6, batches: 1, duration_ms: expect.any(Number) });

  const question = { entity_type: "listing", entity_id: listing };
  const range = { date_from: "2026-03-03", date_to: "2026-03-09" };
  expect(await analytics.getTimeSeries({ ...question, ...range, period: "weekly" })).toEqual({
    level: "entity",
    ...question,
    owner_id: null,
    ...range,
    period: "weekly",
    time_zone: "UTC",
    data: [
      {
        date: "2026-03-02",
        views: 2,
        unique_visitors: 2,
        unique_accounts: 2,
        anonymous_visitors: 0,
        new_visitors: 1,
        returning_visitors: 1,
        new_accounts: 1,
        avg_time_on_page: 41,
        bounce_rate: 0,
        partial: true,
      },
      {
        date: "2026-03-09",
        views: 2,
        unique_visitors: 1,
        unique_accounts: 0,
        anonymous_visitors: 1,
        new_visitors: 1,
        returning_visitors: 0,
        new_accounts: 0,
        avg_time_on_page: null,
        bounce_rate: null,
        partial: true,
      },
    ],
    totals: {
      views: 4,
      unique_visitors: 3,
      unique_accounts: 2,
      anonymous_visitors: 1,
      new_visitors: 2,
      returning_visitors: 1,
      new_accounts: 1,
      avg_time_on_page: 41,
      bounce_rate: 0,
    },
    elapsed: null,
    compare: null,
    new_since: null,
    freshness: { live: true, pending_changes: 0, folded_through: expect.any(String) },
  });

  expect(await analytics.getVisitors({ ...question, limit: 2, visits_limit: 1 })).toEqual({
    level: "entity",
    ...question,
    owner_id: null,
    date_from: null,
    date_to: null,
    visits_from: null,
    next_cursor: expect.any(String),
    data: [
      {
        kind: "account",
        account_id: ada,
        ref: null,
        username: "ada",
        display_name: "Ada Lovelace",
        viewer: {},
        visit_count: 2,
        days_visited: 2,
        first_visit: "2026-03-02T09:00:00.123Z",
        last_visit: "2026-03-04T10:00:00.000Z",
        avg_time_on_page: 35.5,
        visits: [{ viewed_at: "2026-03-04T10:00:00.000Z", referrer_url: null }],
      },
      {
        kind: "anonymous",
        account_id: null,
        ref: expect.any(String),
        username: null,
        display_name: "Anonymous",
        viewer: {},
        visit_count: 1,
        days_visited: 1,
        first_visit: "2026-03-09T12:00:00.000Z",
        last_visit: "2026-03-09T12:00:00.000Z",
        avg_time_on_page: null,
        visits: [
          { viewed_at: "2026-03-09T12:00:00.000Z", referrer_url: 'https://example.org/?q=a"b' },
        ],
      },
    ],
    hidden: { visitors: 0, views: 0 },
    freshness: { live: true, pending_changes: 0, folded_through: expect.any(String) },
  });
});

describe("what the client opens and closes", () => {
  test("a host's pool stays open, and gets no listener of ours", async () => {
    const pool = hostPool();
    const analytics = new AnalyticsClient({ pool });
    await analytics.aggregate();
    await analytics.close();
    await analytics.close();
    expect(pool.listenerCount("error")).toBe(1);
    expect(pool.ended).toBe(false);
    await expect(analytics.aggregate()).rejects.toMatchObject({ code: "closed" });
    await pool.end();
  });

  test("a host's Kysely stays open, and its plugins change no answer", async () => {
    const pool = hostPool();
    await using db = new Kysely<unknown>({
      dialect: new PostgresDialect({ pool }),
      plugins: [new CamelCasePlugin()],
    });
    const analytics = new AnalyticsClient({ db });
    const { totals } = await analytics.getTimeSeries({ entity_type: "listing", entity_id: null });
    expect(totals).toHaveProperty("unique_visitors");
    await analytics.close();
    expect(pool.ended).toBe(false);
  });

  test("its own pool survives connections that the server ends, and is closed with the client", async () => {
    const name = `client ${randomUUID()}`;
    const url = new URL(database.url);
    url.searchParams.set("application_name", name);
    const analytics = new AnalyticsClient({ connectionString: url.href });
    await analytics.aggregate();
    const ended = await database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1",
      [name],
    );
    expect(ended.rowCount).toBe(1);
    const connections = async () => {
      const { rows } = await database.pool.query(
        "select count(*)::int as count from pg_stat_activity where application_name = $1",
        [name],
      );
      return rows[0] as unknown;
    };
    await expect.poll(connections).toEqual({ count: 0 });
    await expect.poll(() => analytics.aggregate().catch(() => undefined)).toBeDefined();
    await analytics[Symbol.asyncDispose]();
    await expect.poll(connections).toEqual({ count: 0 });
    await expect(analytics.aggregate()).rejects.toMatchObject({
      code: "closed",
      message: "This client is closed: make a new AnalyticsClient.",
    });
  });
});

test("a transaction of the host's can be read in, and is not committed by aggregating", async () => {
  const pool = hostPool();
  await using db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  await db.transaction().execute(async (transaction) => {
    const analytics = new AnalyticsClient({ db: transaction });
    const list = await analytics.getVisitors({ entity_type: "listing", entity_id: listing });
    expect(list.data).toHaveLength(3);
    await sql`insert into page_views (entity_type) values ('listing')`.execute(transaction);
    await expect(analytics.aggregate()).rejects.toMatchObject({
      code: "invalid_input",
      field: "db",
    });
  });
});

test("any schema and any name of page views will do", async () => {
  await using odd = await createTestDatabase("odd names");
  const schema = 'My "odd" Schema';
  const { pool } = odd;
  await pool.query(
    `create table "Odd ""Views""" (id uuid primary key default gen_random_uuid(), entity_type text, entity_id uuid,
       account_id uuid, session_id uuid, viewed_at timestamptz default now())`,
  );
  await migrate({ pool, schema, pageViews: '"Odd ""Views"""' });
  await pool.query(
    `insert into "Odd ""Views""" (entity_type, session_id) values ('page', gen_random_uuid())`,
  );
  const analytics = new AnalyticsClient({ pool, schema });
  expect(await analytics.aggregate()).toMatchObject({ folded_changes: 1 });
  const question = { entity_type: "page", entity_id: null };
  expect((await analytics.getTimeSeries(question)).totals.unique_visitors).toBe(1);
  const { data } = await analytics.getVisitors(question);
  expect(data.map(({ visits }) => visits.length)).toEqual([1]);
  const range = { date_from: "2020-01-01", date_to: "2099-12-31" };
  expect(await analytics.rebuild(range)).toMatchObject({ rebuilt_page_views: 1 });
});

test("answers do not depend on the type parsers of the host", async () => {
  const pool = hostPool();
  const host = hostPool({ types: { getTypeParser: oddTypeParser } });
  const question = { entity_type: "listing", entity_id: listing };
  const range = { date_from: "2026-03-01", date_to: "2026-03-31" };
  const [usual, odd] = [new AnalyticsClient({ pool }), new AnalyticsClient({ pool: host })];
  expect(await odd.getTimeSeries({ ...question, ...range })).toEqual(
    await usual.getTimeSeries({ ...question, ...range }),
  );
  expect(await odd.getVisitors(question)).toEqual(await usual.getVisitors(question));
  await Promise.all([pool.end(), host.end()]);
});

// Text, boolean, and the two kinds of number that arrive as numbers, int4 and float8, are as everywhere.
const usualParsers = new Map<number, (value: string) => unknown>([
  [16, (value) => value === "t"],
  [23, Number],
  [25, String],
  [701, Number],
]);

function oddTypeParser(oid: number): (value: string) => unknown {
  return usualParsers.get(oid) ?? ((value) => `raw ${value}`);
}
