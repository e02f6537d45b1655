import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askOracle } from "../../../../testing/oracle/ask-oracle.ts";
import { compareClient } from "../../../../testing/oracle/compare-client.ts";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { EntityQuestion } from "../../../../testing/oracle/entity-question.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import { type Period, periods } from "../contract/period.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("time series", {
    timeZone: "Europe/Berlin",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  // Two years of views by few visitors, so that most of them return in every period.
  await database.pool.query(
    `with random as (select setseed(0.42))
     insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
     select
       'listing',
       case when n % 3 = 0 then null else n % 3 end,
       case when random() < 0.5 then floor(random() * 12) end,
       case when random() < 0.9 then 's' || floor(random() * 12) end,
       '2024-10-01T00:00:00Z'::timestamptz + random() * interval '700 days',
       case when random() < 0.6 then floor(random() * 500) end
     from random, generate_series(1, 1500) n`,
  );
  analytics = new AnalyticsClient({ pool: database.pool });
  await analytics.aggregate();
});

afterAll(() => database.drop());

const ranges: [name: string, date_from: string, date_to: string][] = [
  ["that cuts both ends of its buckets", "2025-02-12", "2025-04-20"],
  ["inside one bucket", "2025-07-02", "2025-07-03"],
  ["of the days around a change of clocks", "2025-10-25", "2025-10-27"],
  ["of one day", "2025-03-30", "2025-03-30"],
  ["before the first view", "2020-01-01", "2020-01-15"],
];
const years: typeof ranges = [["of whole years", "2024-01-01", "2025-12-31"]];

describe.each(periods)("a %s series is what the page views themselves say", (period) => {
  test.each(period === "hourly" ? ranges : [...ranges, ...years])(
    "%s",
    async (_name, date_from, date_to) => {
      for (const entity_id of ["1", null]) {
        const question: EntityQuestion = {
          entity_type: "listing",
          entity_id,
          date_from,
          date_to,
          period,
          sort: "visit_count",
          limit: 1000,
        };
        const oracle = await askOracle(database.pool, question);
        expect(await compareClient(analytics, question, oracle)).toEqual([]);
      }
    },
  );
});

async function sumOfViews(period: Period): Promise<[number, number]> {
  const range = { date_from: "2025-01-05", date_to: "2025-11-05" };
  const query = { entity_type: "listing", entity_id: 1, ...range, period };
  const { data, totals } = await analytics.getTimeSeries(query);
  return [data.reduce((sum, { views }) => sum + views, 0), totals.views];
}

test.each(periods)("the views of %s buckets add up to the total", async (period) => {
  const [sum, total] = await sumOfViews(period);
  expect(total).toBeGreaterThan(0);
  expect(sum).toBe(total);
});

test("a skipped hour is not a bucket, and a repeated one is one", async () => {
  const day = async (date: string) => {
    const range = { date_from: date, date_to: date, period: "hourly" as const };
    const { data } = await analytics.getTimeSeries({ entity_type: "x", entity_id: 1, ...range });
    return data.map(({ hour }) => hour);
  };
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  expect(await day("2025-03-30")).toEqual(hours.filter((hour) => hour !== 2));
  expect(await day("2025-10-26")).toEqual(hours);
});

describe("without dates", () => {
  const entity = { entity_type: "listing", entity_id: 1 };

  async function today(): Promise<string> {
    const { rows } = await database.pool.query<{ today: string }>(
      "select to_char(now() at time zone 'Europe/Berlin', 'YYYY-MM-DD') as today",
    );
    return rows[0]?.today ?? "";
  }

  test("a series is of the last 30 days, and today is not over", async () => {
    const { date_to, data } = await analytics.getTimeSeries(entity);
    expect(date_to).toBe(await today());
    expect(data).toHaveLength(30);
    expect(data.filter(({ partial }) => partial).map(({ date }) => date)).toEqual([date_to]);
  });

  test("a beginning reaches to today, and an end is that of 30 days", async () => {
    const first = await analytics.getTimeSeries({
      ...entity,
      date_from: "2025-01-01",
      period: "yearly",
    });
    expect(first).toMatchObject({ date_from: "2025-01-01", date_to: await today() });
    const last = await analytics.getTimeSeries({ ...entity, date_to: "2025-03-01" });
    expect(last).toMatchObject({ date_from: "2025-01-31", date_to: "2025-03-01" });
  });
});

describe("a comparison", () => {
  // views of the last fortnight, hour by hour until now, by visitors who come again and again
  beforeAll(() =>
    database.pool.query(
      `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
       select 'listing', 5, case when n % 3 = 0 then n % 7 end, 's' || n % 11, now() - n * interval '37 minutes', n % 60
       from generate_series(0, 540) n`,
    ),
  );

  test("of a range with today in it is with as much of the other one", async () => {
    const query = { entity_type: "listing", entity_id: "5", compare: "previous_period" } as const;
    const { rows } = await database.pool.query<{ today: string; hour: number; from: string }>(
      `select to_char(l.now, 'YYYY-MM-DD') as today, extract(hour from l.now)::int as hour,
         to_char(l.now - interval '6 days', 'YYYY-MM-DD') as from
       from (select now() at time zone 'Europe/Berlin' as now) l`,
    );
    const { today = "", hour = 0, from = "" } = rows[0] ?? {};
    const { elapsed, compare, totals } = await analytics.getTimeSeries({
      ...query,
      date_from: from,
    });
    expect(elapsed).toEqual({ date: today, hour });
    expect(compare?.through).toEqual({ date: compare?.date_to, hour });
    expect(totals.views).toBeGreaterThan(6 * 38);
    for (const [side, first, cut] of [
      ["current", from, elapsed],
      ["previous", compare?.date_from, compare?.through],
    ] as const) {
      const counted = await database.pool.query<{ counts: string[] }>(
        "select oracle.counts_until('listing', '5', $1, $2, $2, $3) as counts",
        [first, cut?.date, cut?.hour],
      );
      const [views, , , visitors, accounts, newVisitors] = (counted.rows[0]?.counts ?? []).map(
        Number,
      );
      expect(compare?.change).toMatchObject({
        views: { [side]: views },
        unique_visitors: { [side]: visitors },
        unique_accounts: { [side]: accounts },
        new_visitors: { [side]: newVisitors },
      });
    }
  });

  test("pairs hours by what the clocks say, and not by how many there were", async () => {
    const { data, compare } = await analytics.getTimeSeries({
      entity_type: "listing",
      entity_id: 1,
      date_from: "2025-03-31",
      date_to: "2025-03-31",
      period: "hourly",
      compare: "previous_period",
    });
    expect(compare).toMatchObject({ date_from: "2025-03-30", date_to: "2025-03-30" });
    expect(compare?.data).toHaveLength(23);
    for (const { hour, pairs_with } of compare?.data ?? []) {
      expect(data[pairs_with ?? -1]?.hour).toBe(hour);
    }
  });

  test("of months is by how many are before, and a day without its like pairs with none", async () => {
    const query = { entity_type: "listing", entity_id: 1, compare: "previous_month" } as const;
    const march = { date_from: "2025-03-01", date_to: "2025-03-31" };
    const days = await analytics.getTimeSeries({ ...query, ...march });
    expect(days.compare?.data.map(({ pairs_with }) => pairs_with)).toEqual(
      Array.from({ length: 28 }, (_, nth) => nth),
    );
    const february = { date_from: "2025-02-01", date_to: "2025-02-28" };
    const longer = await analytics.getTimeSeries({ ...query, ...february });
    expect(longer.compare?.data.slice(27).map(({ pairs_with }) => pairs_with)).toEqual([
      27,
      null,
      null,
      null,
    ]);
    const months = { ...query, date_from: "2025-03-01", date_to: "2025-04-30" };
    const { compare } = await analytics.getTimeSeries({ ...months, period: "monthly" });
    expect(compare?.data.map(({ date, pairs_with }) => [date, pairs_with])).toEqual([
      ["2025-02-01", 0],
      ["2025-03-01", 1],
    ]);
  });

  test("with what is before the first view says so, and gives no percent", async () => {
    const { compare } = await analytics.getTimeSeries({
      entity_type: "listing",
      entity_id: 1,
      date_from: "2025-01-01",
      date_to: "2025-12-31",
      period: "yearly",
      compare: "previous_year",
    });
    expect(compare?.before_first_view).toBe(false);
    const before = await analytics.getTimeSeries({
      entity_type: "listing",
      entity_id: 1,
      date_from: "2025-01-01",
      date_to: "2025-01-31",
      compare_from: "2024-01-01",
      compare_to: "2024-09-30",
    });
    expect(before.compare).toMatchObject({
      before_first_view: true,
      change: { views: { current: before.totals.views, previous: 0, percent: null } },
    });
  });

  test("of what has not begun is empty, and one that reaches before all dates is refused", async () => {
    const future = { date_from: "9000-01-01", date_to: "9000-01-31" };
    const entity = { entity_type: "listing", entity_id: 1, compare: "previous_year" } as const;
    const { elapsed, compare } = await analytics.getTimeSeries({ ...entity, ...future });
    expect([elapsed, compare?.through, compare?.change]).toEqual([null, null, null]);
    const first = { date_from: "0001-01-01", date_to: "0001-01-20" };
    await expect(analytics.getTimeSeries({ ...entity, ...first })).rejects.toMatchObject({
      code: "invalid_input",
      field: "compare",
    });
    const long = { date_from: "2000-01-01", date_to: "2013-12-31" };
    await expect(analytics.getTimeSeries({ ...entity, ...long })).rejects.toMatchObject({
      code: "range_too_long",
    });
  });
});

test("buckets that the range cuts and buckets to come are partial", async () => {
  const query = { entity_type: "listing", entity_id: 1, period: "monthly" as const };
  const cut = await analytics.getTimeSeries({
    ...query,
    date_from: "2025-01-02",
    date_to: "2025-03-30",
  });
  expect(cut.data.map(({ partial }) => partial)).toEqual([true, false, true]);
  const future = await analytics.getTimeSeries({
    ...query,
    date_from: "9000-01-01",
    date_to: "9000-01-31",
  });
  expect(future.data).toMatchObject([{ date: "9000-01-01", views: 0, partial: true }]);
});

// A time below zero is not known, and is left out; Postgres rounds halves up.
test.each([
  [11, -35, 8, 0],
  [12, 35, 8, 4.38],
  [13, 1, 300, 0],
])(
  "an average is rounded as Postgres rounds it (entity %i)",
  async (entity_id, sum, views, avg) => {
    const { pool } = database;
    await pool.query(
      `insert into page_views (entity_type, entity_id, session_id, viewed_at, time_on_page)
     select 'listing', $1, n, '2025-05-05T12:00:00Z', case when n = 1 then $2::int else 0 end
     from generate_series(1, $3::int) n`,
      [entity_id, sum, views],
    );
    const dates = { date_from: "2025-05-05", date_to: "2025-05-05" };
    const query = { entity_type: "listing", entity_id, period: "daily" as const, ...dates };
    const { data, totals } = await analytics.getTimeSeries(query);
    expect(data[0]?.avg_time_on_page).toBe(avg);
    expect(totals.avg_time_on_page).toBe(avg);
    await analytics.aggregate();
    const { rows } = await pool.query<{ avg: number }>(
      "select avg_time_on_page::float8 as avg from analytics_aggregates where entity_id = $1 and hour is null",
      [entity_id],
    );
    expect(rows).toEqual([{ avg }]);
  },
);
