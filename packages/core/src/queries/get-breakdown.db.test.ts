import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import type { Breakdown } from "../contract/breakdown.ts";
import type { BreakdownChoice } from "../contract/breakdown-query.ts";

type Choice = BreakdownChoice & { smallest_group?: number };

let database: TestDatabase;
let analytics: AnalyticsClient;

const listing = { entity_type: "listing", entity_id: "7" };
const march = { date_from: "2026-03-01", date_to: "2026-03-31" };
const byCompany = { ...listing, ...march, dimension: "viewer.company" } as const;

// 20 of Acme, 6 of Bolt, 3 of Cask, 2 of Dune, and 8 of none; account 40 has no row
const companies = `case when n < 20 then 'Acme' when n < 26 then 'Bolt' when n < 29 then 'Cask' when n < 31 then 'Dune' end`;
const viewAccounts = (visibility = "") =>
  database.pool.query(
    `create or replace view headcount.analytics_accounts as
     select n::bigint as account_id, 'user' || n as username, null::text as display_name, ${companies} as company, n as "shoe ""size"""
       ${visibility}
     from generate_series(0, 38) n`,
  );

beforeAll(async () => {
  database = await createInstalledDatabase("breakdown", {
    timeZone: "UTC",
    entityId: "text",
    accountId: "bigint",
    sessionId: "text",
  });
  analytics = new AnalyticsClient({ pool: database.pool });
  await viewAccounts();
  await database.pool.query(
    `update headcount.analytics_settings set viewer_attributes = '{company,"shoe \\"size\\"",gone}'`,
  );
  const add = (from: number, until: number) =>
    database.pool.query(
      `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
       select 'listing', '7', case when n % 41 <> 39 then n % 41 end, case when n % 82 <> 39 then 's' || n % 23 end,
         timestamptz '2026-02-20 00:00Z' + n * interval '31 minutes', n % 40
       from generate_series($1::int, $2::int) n`,
      [from, until],
    );
  await add(1, 1500);
  await analytics.aggregate();
  // some are pending
  await add(1501, 2200);
});

afterAll(() => database.drop());

const viewsIn = ({ data, other, hidden }: Breakdown): number =>
  data.reduce((sum, { views }) => sum + views, hidden.views + (other?.views ?? 0));

describe("viewers by an attribute", () => {
  test("are counted as page views and accounts say, with those of whom it is not known, and add up", async () => {
    const { rows } = await database.pool.query(
      `select a.company as value, count(*)::int as views, count(distinct v.account_id)::int as unique_accounts,
         count(distinct v.session_id) filter (where v.account_id is null)::int as anonymous_visitors,
         round(avg(v.time_on_page), 2)::float as avg_time_on_page
       from page_views v left join headcount.analytics_accounts a using (account_id)
       where v.viewed_at >= '2026-03-01Z' and v.viewed_at < '2026-04-01Z'
       group by 1 order by count(distinct v.account_id) + count(distinct v.session_id) filter (where v.account_id is null) desc`,
    );
    const answer = await analytics.getBreakdown({ ...byCompany, smallest_group: 0 });
    expect(rows).toHaveLength(5);
    expect(answer.data).toMatchObject(rows);
    expect(answer).toMatchObject({ other: null, hidden: { visitors: 0, views: 0 } });
    expect(answer.freshness).toMatchObject({ live: true, pending_changes: 700 });
    expect(viewsIn(answer)).toBe(answer.totals.views);
    const { totals } = await analytics.getTimeSeries({ ...listing, ...march });
    expect(answer.totals).toEqual(totals);
    const [first] = answer.data;
    expect(first?.share_of_visitors).toBeCloseTo(
      (100 * (first?.unique_visitors ?? 0)) / totals.unique_visitors,
      2,
    );
  });

  test("are listed most first, as many as asked for, and the others are said to be there", async () => {
    const answer = await analytics.getBreakdown({
      ...byCompany,
      dimension: 'viewer.shoe "size"',
      smallest_group: 0,
      sort: "views",
      limit: 4,
    });
    expect(answer.data).toHaveLength(4);
    const counts = answer.data.map(({ views }) => views);
    expect(counts).toEqual(counts.toSorted((one, other) => other - one));
    expect(answer.other).toMatchObject({ values: 36 });
    expect(viewsIn(answer)).toBe(answer.totals.views);
  });

  test("are in groups of five unless it is said that they may be smaller", async () => {
    const answer = await analytics.getBreakdown(byCompany);
    expect(answer.smallest_group).toBe(5);
    expect(answer.data.map(({ value }) => value)).toEqual([null, "Acme", "Bolt"]);
    expect(answer.other?.values).toBeNull();
    expect(viewsIn(answer)).toBe(answer.totals.views);
    // one small group alone would be known from what is left: the next smallest one is kept back with it
    const three = await analytics.getBreakdown({ ...byCompany, smallest_group: 3 });
    expect(three.data.map(({ value }) => value)).toEqual([null, "Acme", "Bolt"]);
    const all = await analytics.getBreakdown({ ...byCompany, smallest_group: 1000 });
    expect(all.data).toEqual([]);
    expect(all.other).toEqual({ values: null, views: all.totals.views });
  });

  test("are kept back by whole weeks or months that are over, so that no two ranges differ by a few", async () => {
    const whole: Partial<Choice>[] = [
      {},
      { date_from: "2026-03-02", date_to: "2026-03-15" },
      { date_to: "2026-03-15", date_from: undefined },
    ];
    for (const dates of whole) {
      expect((await analytics.getBreakdown({ ...byCompany, ...dates })).smallest_group).toBe(5);
    }
    const { date_from, date_to } = await analytics.getBreakdown({
      ...listing,
      dimension: "viewer.company",
    });
    expect([date_from, date_to].map((date) => new Date(date).getUTCDay())).toEqual([1, 0]);
    expect(Date.parse(date_to) - Date.parse(date_from)).toBe(27 * 86_400_000);
    for (const dates of [
      { date_from: "2026-03-03", date_to: "2026-03-15" },
      { date_from: "2026-03-02", date_to: "2026-03-31" },
      { date_from: "2026-03-01", date_to: "2029-03-31" },
    ]) {
      const asked = analytics.getBreakdown({ ...byCompany, ...dates });
      await expect(asked).rejects.toMatchObject({
        code: "invalid_input",
        field: "date_from",
        message: expect.stringContaining(dates.date_to),
      });
      expect(
        (await analytics.getBreakdown({ ...byCompany, ...dates, smallest_group: 0 })).data,
      ).toHaveLength(5);
    }
  });

  test("are those whom the settings and the host's view name", async () => {
    for (const name of ["username", "gone", "nothing"]) {
      await expect(
        analytics.getBreakdown({ ...byCompany, dimension: `viewer.${name}` }),
      ).rejects.toMatchObject({
        code: "dimension_not_kept",
        field: "dimension",
        message: expect.stringContaining(`"${name}" is not kept here`),
      });
    }
  });

  test("are listed with each visitor", async () => {
    const { data } = await analytics.getVisitors({ ...listing, limit: 1000 });
    const viewerOf = (account: string | null) =>
      data.find(({ account_id }) => account_id === account)?.viewer;
    expect(viewerOf("21")).toEqual({ company: "Bolt", 'shoe "size"': "21", gone: null });
    expect(viewerOf("38")).toEqual({ company: null, 'shoe "size"': "38", gone: null });
    expect(viewerOf("40")).toEqual({ company: null, 'shoe "size"': null, gone: null });
    expect(viewerOf(null)).toEqual({});
    expect(new Set(data.map(({ kind }) => kind)).size).toBe(2);
  });
});

test("kinds of visitors are accounts, others, and nobody", async () => {
  const answer = await analytics.getBreakdown({ ...listing, ...march, dimension: "visitor_kind" });
  expect(answer.data.map(({ value }) => value)).toEqual(["account", "anonymous", null]);
  expect(answer.data[2]).toMatchObject({ unique_visitors: 0, views: expect.any(Number) });
  expect(viewsIn(answer)).toBe(answer.totals.views);
  const unknown = await analytics.getBreakdown({
    ...listing,
    entity_id: "8",
    dimension: "visitor_kind",
  });
  expect(unknown).toMatchObject({ data: [], other: null, totals: { views: 0 } });
});

test.each(["company", "viewer.", "viewer.\0", `viewer.${"x".repeat(64)}`, "", 7])(
  "a dimension that is %j is refused",
  async (dimension) => {
    await expect(
      analytics.getBreakdown({ ...byCompany, dimension: dimension as never }),
    ).rejects.toMatchObject({ code: "invalid_input", field: "dimension" });
  },
);

test.each<[field: string, Partial<Choice>]>([
  ["filter_dimension", { filter_dimension: "channel", smallest_group: 0 }],
  ["compare", { compare: "previous_period", smallest_group: 0 }],
  ["compare_from", { compare_from: "2026-02-01", compare_to: "2026-02-28", smallest_group: 0 }],
  ["sort", { sort: "entries", smallest_group: 0 }],
  ["filter_dimension", { dimension: "country", filter_dimension: "channel", smallest_group: 5 }],
  ["compare", { dimension: "country", compare: "previous_period", smallest_group: 5 }],
  ["filter_dimension", { dimension: "country", filter_value: "DE" }],
  ["filter_value", { dimension: "country", filter_dimension: "os", filter_value: 7 as never }],
])("a %s is refused in %j", async (field, asked) => {
  await expect(analytics.getBreakdown({ ...byCompany, ...asked })).rejects.toMatchObject({
    code: "invalid_input",
    field,
  });
});

test("who may not be seen is in no value and in the totals", async () => {
  const before = await analytics.getBreakdown({ ...byCompany, smallest_group: 0 });
  await viewAccounts(
    ", case when n = 3 then 'private' when n = 4 then 'attributes' when n <> 5 then 'named' end as visibility",
  );
  const { data, hidden, totals } = await analytics.getBreakdown({
    ...byCompany,
    smallest_group: 0,
  });
  // accounts 3 and 5 of Acme, and 40, which has no row
  expect(hidden.visitors).toBe(3);
  expect(data.find(({ value }) => value === "Acme")?.unique_accounts).toBe(18);
  expect(totals).toEqual(before.totals);
});
