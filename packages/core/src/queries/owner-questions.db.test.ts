import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareQuestions } from "../../../../testing/oracle/compare-questions.ts";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;

const flat = { entity_type: "listing", entity_id: "1" };
const house = { entity_type: "listing", entity_id: "2" };

beforeAll(async () => {
  database = await createInstalledDatabase("owner's questions", {
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
      ('listing', 1, 4, 'a', now() - interval '1 minute'), ('listing', 1, 4, 'b', now() - interval '2 minutes'),
      ('listing', 1, null, 'b', now() - interval '4 minutes'), ('listing', 1, 5, 'c', now() - interval '6 minutes'),
      ('listing', 1, 6, 'd', now() + interval '10 minutes'), ('home', null, 4, 'a', now() - interval '3 minutes'),
      ('home', -9223372036854775808, 5, 'e', now() - interval '3 minutes')`,
  );
  analytics = new AnalyticsClient({ pool: database.pool });
  await analytics.aggregate();
});

afterAll(() => database.drop());

test.each([
  ["2025-10-05", "2025-11-13"],
  ["2025-08-25", "2025-09-10"],
  ["2020-01-01", "2020-01-03"],
])("from %s to %s all answers are what page views themselves say", async (date_from, date_to) => {
  const asked = { ...flat, date_from, date_to, period: "daily", sort: "visit_count", limit: 9 };
  expect(await compareQuestions(database.pool, analytics, asked as never)).toEqual([]);
});

describe("what trends", () => {
  /** So many visitors of deals on yesterday and the same day of weeks before, the latest first; half of them not folded yet. */
  const deals = {
    big: [180, 100, 100, 100, 100],
    small: [5, 1, 1, 1, 1],
    young: [30, 10, 10],
    "young and missed": [30, 0, 20],
    new: [6],
    newer: [7],
    "too small": [4, 1, 1, 1, 1],
    fallen: [9, 20, 20, 20, 20],
    usual: [8, 8, 8, 8, 8],
  };
  type Deal = keyof typeof deals;
  const names = Object.keys(deals) as Deal[];

  beforeAll(async () => {
    const fold = [true, false];
    for (const isFirst of fold) {
      for (const [nth, name] of names.entries()) {
        await database.pool.query(
          `insert into page_views (entity_type, entity_id, session_id, viewed_at)
           select 'deal', $1, 'of deal ' || n,
             (((now() at time zone 'Europe/Berlin')::date - 1 - 7 * (w.week - 1)::int)::timestamp + interval '12 hours') at time zone 'Europe/Berlin'
           from unnest($2::int[]) with ordinality w (visitors, week), generate_series(1, w.visitors) n
           where (n % 2 = 0) = $3`,
          [nth + 1, deals[name], isFirst],
        );
      }
      if (isFirst) await analytics.aggregate();
    }
  });

  test("is above what is usual on that day of the week: little of a big page is less than much of a small one, and what is new comes last", async () => {
    const asked = { level: "type", entity_type: "deal", sort: "trending" } as const;
    const { data, score_date, freshness } = await analytics.getTopEntities(asked);
    const { rows } = await database.pool.query<{ yesterday: string }>(
      "select to_char((now() at time zone 'Europe/Berlin')::date - 1, 'YYYY-MM-DD') as yesterday",
    );
    expect(score_date).toBe(rows[0]?.yesterday);
    expect(freshness.pending_changes).toBeGreaterThan(0);
    expect(
      data.map(({ entity_id, score, is_new }) => [names[Number(entity_id) - 1], score, is_new]),
    ).toEqual([
      ["big", 6.82, false],
      ["young", 4.58, false],
      ["young and missed", 4.58, false],
      ["small", 2.29, false],
      ["newer", null, true],
      ["new", null, true],
    ]);
    expect(data[0]).toMatchObject({ rank: 1, unique_visitors: 180, change: null });
    const compared = await analytics.getTopEntities({
      ...asked,
      limit: 1,
      compare: "previous_month",
    });
    expect(compared.data).toMatchObject([{ entity_id: "1", score: 6.82 }]);
    expect(compared.data[0]?.change).not.toBeNull();
  });

  test("is nothing where no day of the range is over, and has no date or score where it is not asked for", async () => {
    const { date_to } = await analytics.getTopEntities({ level: "site" });
    const today = { level: "site", date_from: date_to, date_to } as const;
    expect(await analytics.getTopEntities({ ...today, sort: "trending" })).toMatchObject({
      data: [],
      score_date: null,
    });
    const { data, score_date } = await analytics.getTopEntities({ level: "site" });
    expect(score_date).toBeNull();
    expect(data[0]).toMatchObject({ score: null, is_new: false });
  });
});

describe("rolling visitors", () => {
  test("are partial while their window begins before the first view, and today", async () => {
    const early = { ...house, date_from: "2025-09-14", date_to: "2025-09-17" };
    const { data } = await analytics.getRollingVisitors(early);
    expect(data.map(({ partial }) => partial)).toEqual([true, true, false, false]);
    const lately = await analytics.getRollingVisitors(house);
    expect(lately.data).toHaveLength(30);
    expect(lately.data.slice(-2).map(({ partial }) => partial)).toEqual([false, true]);
  });

  test("say how many of the month came on the day", async () => {
    const range = { date_from: "2025-10-01", date_to: "2025-10-31" };
    const { data, totals } = await analytics.getRollingVisitors({ ...flat, ...range });
    const sum = (of: "visitors_1_day" | "visitors_28_days") =>
      data.reduce((all, day) => all + day[of], 0);
    const percent = (100 * sum("visitors_1_day")) / sum("visitors_28_days");
    expect(totals.stickiness).toBe(Math.round(100 * percent) / 100);
  });

  test("of more than ten years are refused", async () => {
    const range = { date_from: "2000-01-01", date_to: "2025-10-31" };
    const refused = { code: "range_too_long" };
    await expect(analytics.getRollingVisitors({ ...flat, ...range })).rejects.toMatchObject(
      refused,
    );
    await expect(analytics.getHeatMap({ ...flat, ...range })).rejects.toMatchObject(refused);
  });
});

test("a heat map counts how often each hour was there: clocks skip one in spring, and five Mondays meet four Tuesdays", async () => {
  const march = { ...flat, date_from: "2026-03-02", date_to: "2026-03-30" };
  const { data } = await analytics.getHeatMap(march);
  const at = (weekday: number, hour: number) => data[(weekday - 1) * 24 + hour];
  expect(data).toHaveLength(168);
  expect(at(1, 12)).toMatchObject({ weekday: 1, hour: 12, occurrences: 5 });
  expect(at(2, 12)).toMatchObject({ weekday: 2, hour: 12, occurrences: 4 });
  expect(at(7, 2)).toMatchObject({ weekday: 7, hour: 2, occurrences: 3 });
  expect(at(7, 3)).toMatchObject({ occurrences: 4 });
  const before = await analytics.getHeatMap({
    ...flat,
    date_from: "2020-01-01",
    date_to: "2020-02-01",
  });
  expect(before.data[0]).toMatchObject({ occurrences: 0, views_per_hour: null });
});

describe("who is there now", () => {
  // the tests before may have taken minutes
  beforeAll(async () => {
    await database.pool.query(
      `update page_views set viewed_at = viewed_at + (now() + interval '10 minutes' - (select max(viewed_at) from page_views))
       where session_id in ('a', 'b', 'c', 'd', 'e')`,
    );
    await analytics.aggregate();
  });

  test("is whose view began in the last minutes, each once", async () => {
    const counts = { views: 3, unique_visitors: 2, unique_accounts: 1, anonymous_visitors: 1 };
    const { data, minutes, since, until } = await analytics.getLive(flat);
    expect(data).toEqual([{ level: "entity", ...flat, owner_id: null, ...counts }]);
    expect(minutes).toBe(5);
    expect(Date.parse(until) - Date.parse(since)).toBe(5 * 60_000);
    const longer = await analytics.getLive({ ...flat, minutes: 60 });
    expect(longer.data).toMatchObject([{ views: 4, unique_visitors: 3 }]);
  });

  test("is asked of several pages at once", async () => {
    const home = { entity_type: "home", entity_id: null };
    const { data } = await analytics.getLive({ entities: [house, home, flat] });
    expect(data.map(({ entity_type, views }) => [entity_type, views])).toEqual([
      ["listing", 0],
      // one of them has the value that stands for no entity
      ["home", 2],
      ["listing", 3],
    ]);
  });

  test("and who came since one last looked is the list by the latest visit, cut there", async () => {
    const since = new Date(Date.now() - 5 * 60_000 - 30_000).toISOString();
    const query = { ...flat, sort: "last_visit", seen_since: since, limit: 2 } as const;
    const first = await analytics.getVisitors(query);
    expect(first.data.map(({ account_id }) => account_id)).toEqual(["6", "4"]);
    const second = await analytics.getVisitors({ ...query, cursor: first.next_cursor ?? "" });
    expect(second.data.map(({ kind }) => kind)).toEqual(["anonymous"]);
    expect(second.next_cursor).toBeNull();
  });
});
