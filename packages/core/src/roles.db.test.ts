import { migrate } from "@headcount/migrations";
import type { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDocumentedRoles, type DocumentedRoles } from "../../../testing/documented-roles.ts";
import { createTestDatabase, type TestDatabase } from "../../../testing/test-database.ts";
import { AnalyticsClient } from "./analytics-client.ts";

const schema = "headcount";
const question = {
  entity_type: "listing",
  entity_id: "7",
  date_from: "2026-03-02",
  date_to: "2026-03-20",
};

let database: TestDatabase;
let owner: AnalyticsClient;
let roles: DocumentedRoles;

beforeAll(async () => {
  database = await createTestDatabase("roles");
  roles = createDocumentedRoles(database);
  const { pool } = database;
  await pool.query(`
    create table page_views (
      id bigint generated always as identity, entity_type text, entity_id bigint, account_id bigint, session_id uuid,
      viewed_at timestamptz, time_on_page int
    );
    create table accounts (id bigint, username text, first_name text, last_name text)`);
  await migrate({ pool, schema, timeZone: "Europe/Berlin" });
  owner = new AnalyticsClient({ pool, schema });
  const addViews = `
    insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
    select 'listing', 7, case when n % 2 = 0 then n % 9 end, md5('s' || n % 11)::uuid,
      timestamptz '2026-03-01 10:00Z' + n * interval '7 hours', n % 50
    from generate_series(1, 60) n`;
  await pool.query(addViews);
  await owner.aggregate();
  await pool.query(addViews);
});

afterAll(async () => {
  await roles[Symbol.asyncDispose]();
  await database.drop();
});

const relations = async (): Promise<string[]> => {
  const { rows } = await database.pool.query<{ name: string }>(
    `select concat(nullif(quote_ident(n.nspname), 'public') || '.', quote_ident(c.relname)) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('headcount', 'public') and c.relkind in ('r', 'v') order by 1`,
  );
  return rows.map(({ name }) => name);
};

// insufficient_privilege; and a view of several arms takes rows from nobody
const refusals: ReadonlySet<string | undefined> = new Set(["42501", "55000"]);

/** Those of the statements that the server did not refuse for want of a right. */
async function allowed(pool: Pool, statements: string[]): Promise<string[]> {
  const answers = await Promise.allSettled(statements.map((statement) => pool.query(statement)));
  return statements.filter((_, nth) => {
    const answer = answers[nth];
    return (
      answer?.status !== "rejected" || !refusals.has((answer.reason as { code?: string }).code)
    );
  });
}

const writes = async (): Promise<string[]> => [
  ...(await relations()).flatMap((name) => [
    `insert into ${name} default values`,
    `delete from ${name}`,
  ]),
  "truncate page_views",
  "truncate headcount.analytics_days",
  "update headcount.analytics_days set views = 0",
  "update headcount.analytics_settings set time_zone = 'UTC'",
  "select headcount.fold_page_view_changes()",
  "select headcount.aggregate_page_views(null, null)",
  "create table headcount.mine (id int)",
  "create function headcount.mine() returns int language sql return 1",
  "alter table page_views disable trigger user",
];

describe("the role that reads series", () => {
  let pool: Pool;
  let analytics: AnalyticsClient;

  beforeAll(async () => {
    pool = await roles.connectAs("headcount_series_reader");
    analytics = new AnalyticsClient({ pool, schema });
  });

  test("reads every period as anybody does, live to the last commit", async () => {
    for (const period of ["hourly", "daily", "weekly", "monthly", "quarterly", "yearly"] as const) {
      const series = await analytics.getTimeSeries({ ...question, period });
      expect(series.totals.views).toBeGreaterThan(90);
      expect(series.freshness).toMatchObject({ live: true, pending_changes: 60 });
      const { freshness, ...answer } = await owner.getTimeSeries({ ...question, period });
      expect(series).toMatchObject({ ...answer, freshness: { live: freshness.live } });
    }
  });

  test("compares with another range as anybody does", async () => {
    const compared = { ...question, date_to: undefined, period: "yearly" as const };
    const query = { ...compared, compare: "previous_year" } as const;
    const { freshness: _freshness, ...answer } = await owner.getTimeSeries(query);
    expect(answer.compare?.change).not.toBeNull();
    expect(await analytics.getTimeSeries(query)).toMatchObject(answer);
  });

  test("asks every other question that has numbers for an answer", async () => {
    const entity = { entity_type: "listing", entity_id: "7" };
    const { data: totals } = await analytics.getEntityTotals({
      entities: [entity],
      all_time: true,
    });
    expect(totals[0]?.views).toBe(120);
    const rolling = await analytics.getRollingVisitors(question);
    expect(rolling.data.at(-1)?.visitors_28_days).toBeGreaterThan(0);
    const { data: hours } = await analytics.getHeatMap(question);
    expect(hours.reduce((sum, { views }) => sum + views, 0)).toBeGreaterThan(90);
    expect((await analytics.getLive(entity)).data[0]?.views).toBe(0);
  });

  test("reads which grant it lacks when it asks for visitors", async () => {
    await expect(analytics.getVisitors(question)).rejects.toMatchObject({
      code: "database",
      message: expect.stringMatching(
        /permission denied for \w+ \w+\. Run: GRANT (SELECT|EXECUTE) ON .* TO the role that connects/,
      ),
    });
  });

  test("sees nobody: raw page views, what is pending, visitors, sessions and accounts are closed", async () => {
    const open = new Set([
      "headcount.headcount_migrations",
      "headcount.analytics_settings",
      "headcount.analytics_days",
      "headcount.analytics_hours",
      "headcount.analytics_visitor_returns",
      "headcount.analytics_visitor_return_weeks",
      "headcount.analytics_entities",
    ]);
    const closed = (await relations()).filter((name) => !open.has(name));
    expect(closed).toEqual(
      expect.arrayContaining([
        "page_views",
        "accounts",
        "headcount.page_view_changes",
        "headcount.analytics_visitors",
        "headcount.analytics_entity_visitors",
        "headcount.analytics_visitor_days",
        "headcount.visitor_sessions",
        "headcount.analytics_accounts",
      ]),
    );
    const reads = closed.map((name) => `select from ${name}`);
    expect(await allowed(pool, reads)).toEqual([]);
    await expect(analytics.verify()).rejects.toThrow("permission denied");
  });

  test("writes nothing", async () => {
    expect(await allowed(pool, await writes())).toEqual([]);
  });
});

describe("the role that reads visitors too", () => {
  let pool: Pool;
  let analytics: AnalyticsClient;

  beforeAll(async () => {
    pool = await roles.connectAs("headcount_reader");
    analytics = new AnalyticsClient({ pool, schema });
  });

  test("reads series and visitors, asks how things stand, and verifies", async () => {
    const visitors = await analytics.getVisitors(question);
    expect(visitors.data.length).toBeGreaterThan(10);
    expect(visitors.data).toEqual((await owner.getVisitors(question)).data);
    const series = await analytics.getTimeSeries(question);
    expect(series.totals).toEqual((await owner.getTimeSeries(question)).totals);
    const { data: channels } = await analytics.getBreakdown({ ...question, dimension: "channel" });
    expect(channels[0]?.views).toBe(series.totals.views);
    expect(await analytics.getStatus()).toMatchObject({
      pending_changes: 60,
      capture: { on: true },
    });
    expect(await analytics.verify()).toMatchObject({ page_views: 60, differences: 0 });
  });

  test("writes nothing", async () => {
    expect(await allowed(pool, await writes())).toEqual([]);
  });
});

describe("the role that erases", () => {
  test("erases, makes anonymous, moves, prunes and forgets, and writes no audit anew; the role that folds may do none of it", async () => {
    const erasing = await roles.connectAs("headcount_eraser");
    const eraser = new AnalyticsClient({ pool: erasing, schema });
    const folder = new AnalyticsClient({ pool: await roles.connectAs("headcount_folder"), schema });
    await folder.aggregate();
    const move = {
      from: { entity_type: "listing", entity_id: 7 },
      to: { entity_type: "listing", entity_id: 8 },
    };
    for (const call of [
      () => folder.erasePerson({ account_id: 2 }),
      () => folder.erasePerson({ account_id: 2 }, { keepCounts: true }),
      () => folder.eraseEntity(move.from),
      () => folder.moveEntity(move),
      () => folder.pruneRaw({ keepDays: 35 }),
      () => folder.forgetVisitors({ inactiveDays: 7 }),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: "database",
        message: expect.stringContaining("lists all grants of the role that erases"),
      });
    }
    const planned = await eraser.erasePerson({ account_id: 2 }, { dryRun: true });
    expect(planned.erased_views).toBeGreaterThan(5);
    expect(await eraser.erasePerson({ account_id: 2 })).toMatchObject({
      erased_views: planned.erased_views,
    });
    const anonymous = await eraser.erasePerson({ account_id: 4 }, { keepCounts: true });
    expect(anonymous.anonymised_views).toBeGreaterThan(5);
    expect((await eraser.moveEntity(move)).moved_views).toBeGreaterThan(50);
    expect((await eraser.eraseEntity(move.to)).erased_views).toBeGreaterThan(50);
    expect((await eraser.pruneRaw({ keepDays: 35 })).pruned_views).toBe(0);
    expect(await owner.verify()).toMatchObject({ page_views: 0, differences: 0 });
    const audit = await database.pool.query("select action from headcount.analytics_audit");
    expect(audit.rowCount).toBe(4);
    for (const change of [
      "delete from headcount.analytics_audit",
      "update headcount.analytics_audit set actor = 'x'",
    ])
      await expect(erasing.query(change)).rejects.toMatchObject({ code: "42501" });
  });
});
