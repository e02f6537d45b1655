import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;

const flat = { entity_type: "listing", entity_id: "1" };
const house = { entity_type: "listing", entity_id: "2" };

beforeAll(async () => {
  database = await createInstalledDatabase("entity totals", {
    timeZone: "Europe/Berlin",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  // half a year by few visitors, and the last minutes
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
     select 'listing', 1 + n % 2, case when n % 3 = 0 then n % 13 end, 's' || n % 29,
       timestamptz '2025-08-20 00:00Z' + n * interval '211 minutes', n % 60
     from generate_series(1, 1200) n`,
  );
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at) values
      ('listing', 1, 4, 'a', now() - interval '1 minute'), ('listing', 1, null, 'b', now() - interval '4 minutes'),
      ('home', null, 4, 'a', now() - interval '3 minutes')`,
  );
  analytics = new AnalyticsClient({ pool: database.pool });
  await analytics.aggregate();
});

afterAll(() => database.drop());

describe("totals of entities", () => {
  test("are in the order asked for, as the series of each has them, and zeros for one that nobody knows", async () => {
    const unknown = { entity_type: "listing", entity_id: "77" };
    const home = { entity_type: "home", entity_id: null };
    const range = { date_from: "2025-09-01", date_to: "2025-11-16" };
    const entities = [house, unknown, flat, home];
    const answer = await analytics.getEntityTotals({
      entities,
      ...range,
      sparkline: "weekly",
      compare: "previous_period",
    });
    expect(answer).toMatchObject({ ...range, elapsed: null, freshness: { live: true } });
    for (const [nth, entity] of entities.entries()) {
      const { data, totals, compare } = await analytics.getTimeSeries({
        ...entity,
        ...range,
        period: "weekly",
        compare: "previous_period",
      });
      expect(answer.data[nth]).toMatchObject({
        ...entity,
        ...totals,
        sparkline: data.map(({ views }) => views),
        change: compare?.change,
      });
      expect(answer.compare).toMatchObject({ date_from: compare?.date_from, through: null });
    }
    expect(answer.data[1]).toMatchObject({ views: 0, first_view: null, last_view: null });
  });

  test("of a range that is not over are compared as the series of each is", async () => {
    const compare = "previous_month" as const;
    const { data, ...answer } = await analytics.getEntityTotals({
      entities: [house, flat],
      compare,
    });
    for (const [nth, entity] of [house, flat].entries()) {
      const series = await analytics.getTimeSeries({ ...entity, compare });
      expect(data[nth]?.change).toEqual(series.compare?.change);
      expect(answer.elapsed).toEqual(series.elapsed);
      expect(answer.compare?.through).toEqual(series.compare?.through);
    }
  });

  test("of all time have no dates", async () => {
    const { data, ...answer } = await analytics.getEntityTotals({
      entities: [house],
      all_time: true,
    });
    expect(answer).toMatchObject({ date_from: null, date_to: null, compare: null });
    const { rows } = await database.pool.query<Record<string, unknown>>(
      `select count(*)::int as views, count(distinct coalesce(account_id::text, 'session ' || session_id))::int as unique_visitors,
         headcount.instant_text(min(viewed_at)) as first_view, headcount.instant_text(max(viewed_at)) as last_view
       from page_views where entity_id = 2`,
    );
    expect(data).toMatchObject([{ ...rows[0], sparkline: null }]);
  });

  test("ask once, and not for each of them, whether visitors were forgotten", async () => {
    const pool = new Pool({
      ...database.pool.options,
      max: 1,
      options: "-c track_functions=all",
    });
    await using counting = new AnalyticsClient({ pool });
    await counting.getEntityTotals({ entities: [house, flat], all_time: true });
    await pool.query("select pg_stat_force_next_flush()");
    const { rows } = await pool.query<{ calls: string }>(
      "select calls from pg_stat_user_functions where funcname = 'visitors_new_since'",
    );
    await pool.end();
    expect(rows).toEqual([{ calls: "1" }]);
  });

  test.each([
    [
      "two of the same",
      { entities: [flat, { ...flat, entity_id: 1 }] },
      "entities",
      /listing 1 twice/,
    ],
    ["none", { entities: [] }, "entities", /give 1 to 200 entities/],
    [
      "too many",
      { entities: Array.from({ length: 201 }, () => flat) },
      "entities",
      /give 1 to 200/,
    ],
    [
      "an id that is not one",
      { entities: [{ ...flat, entity_id: 1.5 }] },
      "entities",
      /^entities\.0\.entity_id is 1\.5/,
    ],
    [
      "all time with dates",
      { entities: [flat], all_time: true, date_to: "2026-01-01" },
      "all_time",
      /beside dates/,
    ],
  ])("%s are refused", async (_name, query, field, message) => {
    const asked = analytics.getEntityTotals(query);
    await expect(asked).rejects.toMatchObject({
      code: "invalid_input",
      field,
      message: expect.stringMatching(message),
    });
  });

  test("with too long a sparkline are refused", async () => {
    const range = { date_from: "2025-01-01", date_to: "2025-12-31" };
    const asked = analytics.getEntityTotals({ entities: [flat], ...range, sparkline: "daily" });
    await expect(asked).rejects.toMatchObject({ code: "range_too_long" });
  });
});

describe("entities together", () => {
  test("count who viewed several of them once", async () => {
    const range = { date_from: "2025-10-01", date_to: "2025-10-31" };
    const { data, together } = await analytics.getEntityTotals({
      entities: [flat, house],
      ...range,
      together: true,
    });
    const sum = data.reduce((all, { unique_visitors }) => all + unique_visitors, 0);
    expect(together?.unique_visitors).toBeLessThan(sum);
    expect(together?.views).toBe(data.reduce((all, { views }) => all + views, 0));
    const alone = await analytics.getEntityTotals({ entities: [flat], ...range, together: true });
    expect(alone.data).toMatchObject([{ ...alone.together }]);
  });

  test("of too many visitors are refused, and fewer of them are not", async () => {
    await database.pool.query(
      `insert into page_views (entity_type, entity_id, session_id)
       select 'crowd', 1 + n / 20000, 'of crowd ' || n from generate_series(0, 20000) n`,
    );
    await analytics.aggregate();
    const crowds = ["1", "2"].map((entity_id) => ({ entity_type: "crowd", entity_id }));
    const asked = analytics.getEntityTotals({ entities: crowds, together: true });
    await expect(asked).rejects.toMatchObject({
      code: "too_many_visitors",
      field: "together",
      message: expect.stringContaining("20,001") as string,
    });
    const { together } = await analytics.getEntityTotals({
      entities: crowds.slice(0, 1),
      together: true,
    });
    expect(together?.unique_visitors).toBe(20_000);
    const { data } = await analytics.getEntityTotals({ entities: crowds });
    expect(data.map(({ unique_visitors }) => unique_visitors)).toEqual([20_000, 1]);
  });
});
