import { migrate } from "@headcount/migrations";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import { breakdown } from "../contract/breakdown.ts";
import { factDimensions, parseBreakdownQuery } from "../contract/breakdown-query.ts";

const listing = { entity_type: "listing", entity_id: "00000000-0000-4000-8000-000000000001" };
const january = { date_from: "2026-01-01", date_to: "2026-01-31" };

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createTestDatabase("breakdown of views");
  await migrate({ pool: database.pool, timeZone: "Europe/Berlin" });
  analytics = new AnalyticsClient({ pool: database.pool });
  await database.pool.query(
    `insert into analytics_sources (channel, source, referrer_host, surface, utm_source, utm_medium, utm_campaign)
     select 'channel' || n % 3, 'source' || n % 5, 'host' || n, null, 'us' || n % 2, nullif('um' || n % 4, 'um0'), 'uc' || n % 6
     from generate_series(1, 12) n`,
  );
  await database.pool.query(
    `insert into analytics_devices (device, browser, os, country)
     select 'device' || n % 2, 'browser' || n % 3, 'os' || n % 4, nullif('c' || n % 5, 'c0') from generate_series(1, 12) n`,
  );
  // some before and after the range, some of nobody, some of a visitor_id
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page, source_no, device_no)
     select 'listing', case when n % 50 > 0 then $1::uuid end, case when n % 4 = 0 then md5('a' || n % 90)::uuid end,
       case when n % 11 > 0 then md5('s' || n % 130)::uuid end, case when n % 3 = 0 then md5('v' || n % 80)::uuid end,
       timestamptz '2025-12-30 00:00Z' + n * interval '41 minutes', nullif(n % 70, 0),
       nullif(n * 5 % 14, 13), nullif(n * 5 % 13, 0)
     from generate_series(1, 1200) n`,
    [listing.entity_id],
  );
  await analytics.aggregate();
  // raw page views are asked: what is not folded is there
  await database.pool.query(
    "delete from page_views where id in (select id from page_views order by viewed_at limit 100 offset 300)",
  );
});

afterAll(() => database.drop());

test.each(factDimensions)("views by %s are what page views say", async (dimension) => {
  for (const entity of [listing, { ...listing, entity_id: null }]) {
    const { rows } = await database.pool.query(
      `select ${dimension} as value, count(*)::int as views,
         (count(distinct coalesce('a' || v.account_id, 'v' || v.visitor_id, 's' || v.session_id)))::int as unique_visitors,
         count(distinct v.account_id)::int as unique_accounts, round(avg(v.time_on_page), 2)::float as avg_time_on_page
       from page_views v left join analytics_sources using (source_no) left join analytics_devices using (device_no)
       where v.entity_id is not distinct from $1
         and (v.viewed_at at time zone 'Europe/Berlin')::date between '2026-01-01' and '2026-01-31'
       group by 1 order by 3 desc, 2 desc, 1`,
      [entity.entity_id],
    );
    const answer = await analytics.getBreakdown({ ...entity, ...january, dimension });
    expect(answer.data).toMatchObject(rows);
    expect(answer.data).toHaveLength(rows.length);
    expect(breakdown.parse(answer)).toEqual(answer);
    const { totals } = await analytics.getTimeSeries({ ...entity, ...january });
    expect(answer.totals).toEqual(totals);
    expect(answer.data.reduce((sum, { views }) => sum + views, 0)).toBe(totals.views);
    expect(answer.recorded_views).toBeLessThan(totals.views);
    for (const { unique_visitors, share_of_visitors } of answer.data) {
      expect(share_of_visitors).toBeCloseTo((100 * unique_visitors) / totals.unique_visitors, 2);
    }
  }
});

test("a filter lets through views of one value, and the other range is counted by the same", async () => {
  interface Counted {
    value: string | null;
    views: number;
    unique_visitors: number;
  }
  const channelsOf = async (os: string | null, from: string, to: string): Promise<Counted[]> => {
    const { rows } = await database.pool.query<Counted>(
      `select s.channel as value, count(*)::int as views,
         count(distinct coalesce('a' || v.account_id, 'v' || v.visitor_id, 's' || v.session_id))::int as unique_visitors
       from page_views v left join analytics_sources s using (source_no) left join analytics_devices d using (device_no)
       where v.entity_id = $1 and d.os is not distinct from $2
         and (v.viewed_at at time zone 'Europe/Berlin')::date between $3 and $4
       group by grouping sets ((s.channel), ()) order by grouping(s.channel), 3 desc, 2 desc, 1`,
      [listing.entity_id, os, from, to],
    );
    return rows;
  };
  for (const os of ["os1", null]) {
    const now = await channelsOf(os, "2026-01-11", "2026-01-20");
    const before = await channelsOf(os, "2026-01-01", "2026-01-10");
    const { value: _all, ...all } = now.pop() ?? {};
    const answer = await analytics.getBreakdown({
      ...listing,
      date_from: "2026-01-11",
      date_to: "2026-01-20",
      dimension: "channel",
      filter_dimension: "os",
      ...(os !== null && { filter_value: os }),
      compare: "previous_period",
    });
    expect(breakdown.parse(answer)).toEqual(answer);
    expect(answer.data).toMatchObject(now);
    expect(answer.totals).toMatchObject({ ...all, new_visitors: null });
    expect(answer.compare).toEqual({
      date_from: "2026-01-01",
      date_to: "2026-01-10",
      through: null,
    });
    for (const { value, change, ...measures } of answer.data) {
      const earlier = before.find((one) => one.value === value);
      for (const name of ["views", "unique_visitors"] as const) {
        expect(change?.[name]).toMatchObject({
          current: measures[name],
          previous: earlier?.[name] ?? 0,
        });
      }
    }
  }
});

test("values are sorted by how many sessions began with them", async () => {
  const asked = { ...listing, ...january, dimension: "source", sort: "entries" } as const;
  const { data } = await analytics.getBreakdown(asked);
  const entries = data.map((value) => value.entries ?? 0);
  expect(entries).toEqual(entries.toSorted((one, other) => other - one));
  const { rows } = await database.pool.query<{ entries: number }>(
    `select count(*)::int as entries from (
       select distinct on (session_id) entity_id, viewed_at from page_views where session_id is not null order by session_id, viewed_at
     ) v where entity_id = $1 and (viewed_at at time zone 'Europe/Berlin')::date between '2026-01-01' and '2026-01-31'`,
    [listing.entity_id],
  );
  expect(entries.reduce((sum, one) => sum + one, 0)).toBe(rows[0]?.entries);
  expect(rows[0]?.entries).toBeGreaterThan(20);
});

test("those not listed are in others, and nothing of nobody is asked for in vain", async () => {
  const asked = { ...listing, ...january, dimension: "referrer_host", sort: "views" } as const;
  const all = await analytics.getBreakdown(asked);
  const { data, other } = await analytics.getBreakdown({ ...asked, limit: 3 });
  expect(data).toEqual(all.data.slice(0, 3));
  const rest = all.data.slice(3).reduce((sum, { views }) => sum + views, 0);
  expect(other).toEqual({ values: all.data.length - 3, views: rest });
  const unknown = await analytics.getBreakdown({ ...asked, entity_type: "unknown" });
  expect(unknown).toMatchObject({ data: [], other: null, recorded_views: null });
});

test("a dimension travels in a query string, and others are refused with all that there are", () => {
  const params = (dimension: string) =>
    new URLSearchParams({ entity_type: "listing", entity_id: "7", dimension });
  expect(parseBreakdownQuery(params("utm_campaign"))).toMatchObject({ dimension: "utm_campaign" });
  expect(() => parseBreakdownQuery(params("campaign"))).toThrow(
    /dimension is "campaign": give "visitor_kind", "channel", .* or "viewer." and an attribute/,
  );
});
