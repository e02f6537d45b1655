import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;

const flat = { entity_type: "listing", entity_id: "1" };

beforeAll(async () => {
  database = await createInstalledDatabase("wider levels", {
    timeZone: "Europe/Berlin",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  const levels = ["owner", "type"];
  await database.pool.query("update analytics_settings set levels = $1", [levels]);
  await database.pool.query("select capture_levels($1)", [levels]);
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, owner_id, account_id, session_id, viewed_at)
     select 'listing', 1 + n % 2, 70 + n % 5 / 4, case when n % 3 = 0 then n % 13 end, 's' || n % 29,
       timestamptz '2025-08-20 00:00Z' + n * interval '11 hours'
     from generate_series(1, 240) n`,
  );
  analytics = new AnalyticsClient({ pool: database.pool });
  await analytics.aggregate();
});

afterAll(() => database.drop());

const range = { date_from: "2025-09-10", date_to: "2025-11-20" };
const counted = async (where: string) => {
  const { rows } = await database.pool.query<object>(
    `select count(*)::int as views, count(distinct coalesce(account_id::text, 'session ' || session_id))::int as unique_visitors
     from page_views where (viewed_at at time zone 'Europe/Berlin')::date between $1 and $2 and ${where}`,
    [range.date_from, range.date_to],
  );
  return rows[0] ?? {};
};

test("a wider level counts everybody once, and is named as it was asked for", async () => {
  const owner = { level: "owner", owner_id: 70 } as const;
  const named = { level: "owner", entity_type: null, entity_id: null, owner_id: "70" };
  const series = await analytics.getTimeSeries({ ...owner, ...range, compare: "previous_month" });
  expect(series).toMatchObject({ ...named, totals: await counted("owner_id = 70") });
  const ofOne = await analytics.getTimeSeries({ ...flat, ...range });
  expect(series.totals.unique_visitors).toBeLessThan(2 * ofOne.totals.unique_visitors);
  expect(ofOne).toMatchObject({ level: "entity", ...flat, owner_id: null });
  expect(await analytics.getHeatMap({ ...owner, ...range })).toMatchObject(named);
  const rolling = await analytics.getRollingVisitors({ ...owner, ...range });
  expect(rolling).toMatchObject({ ...named, data: { length: 72 } });
  const visitors = await analytics.getVisitors({ ...owner, ...range, limit: 1000 });
  expect(visitors).toMatchObject(named);
  expect(visitors.data).toHaveLength(series.totals.unique_visitors);
  const kinds = await analytics.getBreakdown({ ...owner, ...range, dimension: "visitor_kind" });
  expect(kinds).toMatchObject({ ...named, totals: series.totals });
  const sum = kinds.data.reduce((all, { unique_visitors }) => all + unique_visitors, 0);
  expect(sum).toBe(series.totals.unique_visitors);
  const ofType = await analytics.getTimeSeries({
    level: "type",
    entity_type: "listing",
    ...range,
  });
  expect(ofType).toMatchObject({ level: "type", entity_type: "listing", entity_id: null });
  expect(ofType.totals).toMatchObject(await counted("entity_type = 'listing'"));
  const { data } = await analytics.getTimeSeries({ level: "owner", owner_id: "72", ...range });
  expect(data.every(({ views }) => views === 0)).toBe(true);
});

test.each([
  ["one that is not counted", { level: "site" }, "level_not_kept", "level"],
  ["one without its keys", { level: "owner" }, "invalid_input", "owner_id"],
  ["one with another's", { level: "type", ...flat }, "invalid_input", "entity_id"],
  ["an owner's id that is not one", { level: "owner", owner_id: "x" }, "invalid_input", "owner_id"],
  [
    "a type of ours",
    { entity_type: "headcount:site", entity_id: null },
    "invalid_input",
    "entity_type",
  ],
  ["a word", { ...flat, level: "page" }, "invalid_input", "level"],
])("of levels, %s is refused", async (_name, query, code, field) => {
  await expect(analytics.getTimeSeries(query as never)).rejects.toMatchObject({ code, field });
});

test("a level that is being added is not ready", async () => {
  await database.pool.query(
    `update analytics_settings set level_positions = '{"site": {"phase": "groups"}}'`,
  );
  const asked = analytics.getVisitors({ level: "site" });
  await expect(asked).rejects.toMatchObject({ code: "level_not_ready", field: "level" });
  await database.pool.query("update analytics_settings set level_positions = '{}'");
});
