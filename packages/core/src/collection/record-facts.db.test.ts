import { migrate } from "@headcount/migrations";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runHeadcount } from "../../../../testing/run-headcount.ts";
import { createTestDatabase, type TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";

let database: TestDatabase;

// in partitions, with a column of another name, and with rows that are there before, each of which fills a page
beforeAll(async () => {
  database = await createTestDatabase("record facts");
  await database.pool.query(`
    create table page_views (
      id uuid not null default gen_random_uuid(), entity_type text not null, entity_id uuid, account_id uuid, session_id uuid,
      viewed_at timestamptz not null, came_from varchar(300), padding text, "Campaign" varchar(200), agent text, geo char(2)
    ) partition by range (viewed_at);
    alter table page_views alter padding set storage plain;
    create table page_views_1 partition of page_views for values from ('2026-01-01') to ('2026-02-01');
    create table page_views_2 partition of page_views for values from ('2026-02-01') to ('2026-03-01');
    insert into page_views (entity_type, session_id, viewed_at, came_from, padding)
    select 'home', gen_random_uuid(), timestamptz '2026-01-01 12:00Z' + n * interval '40 minutes',
      (array['https://www.google.com/', 'https://shop.example/a', 'https://blog.example.org/b', 'not a URL', null])[1 + n % 5],
      repeat('.', 6000)
    from generate_series(0, 1499) n`);
  await migrate({ pool: database.pool, columns: { referrer_url: "came_from" } });
});

afterAll(() => database.drop());

const channels = async (): Promise<unknown> => {
  const { rows } = await database.pool.query(
    `select s.channel, s.source, count(*)::int as views from page_views v left join analytics_sources s using (source_no)
     group by 1, 2 order by 1 nulls last, 2`,
  );
  return rows;
};

test("earlier page views get the source that their referrers say, once, in steps, and no count changes", async () => {
  const analytics = new AnalyticsClient({
    pool: database.pool,
    collection: { ownHosts: ["shop.example"] },
  });
  const shares: number[] = [];
  const controller = new AbortController();
  // what an interrupted run has recorded stays
  await expect(
    analytics.recordFacts({
      signal: controller.signal,
      onProgress: () => controller.abort(),
    }),
  ).rejects.toMatchObject({ code: "aborted" });
  const recorded = await analytics.recordFacts({ onProgress: ({ share }) => shares.push(share) });
  expect(recorded.steps).toBe(4);
  expect(shares).toHaveLength(recorded.steps);
  expect(shares.at(-1)).toBe(1);
  expect(recorded.recorded_page_views).toBeGreaterThan(0);
  expect(recorded.recorded_page_views).toBeLessThan(1_200);
  expect(await channels()).toEqual([
    { channel: "direct", source: null, views: 300 },
    { channel: "internal", source: null, views: 300 },
    { channel: "organic_search", source: "Google", views: 300 },
    { channel: "referral", source: "example.org", views: 300 },
    { channel: null, source: null, views: 300 },
  ]);
  const { rows } = await database.pool.query("select count(*)::int as n from page_view_changes");
  expect(rows).toEqual([{ n: 0 }]);
  const { stdout } = await runHeadcount("facts --own-hosts shop.example", { url: database.url });
  expect(stdout).toMatch(/^Recorded of 0 page views where they came from, /);
});

test("nothing is recorded where referrers are not to be stored", async () => {
  const analytics = new AnalyticsClient({ pool: database.pool, collection: { storeFacts: [] } });
  expect(await analytics.recordFacts()).toMatchObject({ recorded_page_views: 0, steps: 0 });
});

test("columns of the host's say more than the referrer, of what is not recorded yet", async () => {
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await pool.query("update page_views set source_no = null where came_from like '%.org/b'");
  const phone = "Mozilla/5.0 (Android 15; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0";
  await pool.query(
    `update page_views set "Campaign" = ' Autumn ', agent = $1, geo = 'de' where came_from like '%.org/b' or came_from is null`,
    [phone],
  );
  const columns = { utm_campaign: "Campaign", user_agent: "agent", country: "geo" };
  expect(await analytics.recordFacts({ columns })).toMatchObject({ recorded_page_views: 600 });
  const { rows } = await pool.query(
    `select v.came_from, s.channel, s.source, s.utm_campaign, d.device, d.browser, d.os, d.country, count(*)::int as views
     from page_views v join analytics_sources s using (source_no) join analytics_devices d using (device_no)
     group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1 nulls last`,
  );
  const phoneIn = { device: "mobile", browser: "Firefox", os: "Android", country: "DE" };
  const campaign = { channel: "campaign", utm_campaign: "autumn", ...phoneIn, views: 300 };
  expect(rows).toEqual([
    { came_from: "https://blog.example.org/b", source: "example.org", ...campaign },
    { came_from: null, source: null, ...campaign },
  ]);
  const again = await analytics.recordFacts({ columns });
  expect(again.recorded_page_views).toBe(0);
  await expect(analytics.recordFacts({ columns: { os: "system" } })).rejects.toMatchObject({
    code: "invalid_input",
    field: "columns",
    message:
      'columns.os is "system": give the name of a column of page_views that this role may read.',
  });
  const wrong = await runHeadcount("facts --column speed=x", { url: database.url });
  expect(wrong.stderr).toContain("speed");
});
