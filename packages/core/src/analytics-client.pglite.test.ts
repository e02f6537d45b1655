import { PGlite } from "@electric-sql/pglite";
import { printSql } from "@headcount/migrations";
import { Kysely, PGliteDialect } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AnalyticsClient } from "./analytics-client.ts";

const account = "00000000-0000-4000-8000-00000000000a";
const question = { entity_type: "listing", entity_id: null };

let pglite: PGlite;

// An embedded Postgres in WebAssembly takes seconds to start.
beforeAll(async () => {
  pglite = await PGlite.create();
  await pglite.exec(await printSql({ timeZone: "Asia/Kathmandu" }));
}, 60_000);

afterAll(() => pglite.close());

test("the main job runs on PGlite, and leaves it open", async () => {
  await pglite.exec(`
    insert into page_views (entity_type, account_id, session_id, viewed_at, time_on_page) values
      ('listing', '${account}', null, '2026-01-01T12:00:00Z', 20),
      ('listing', '${account}', null, '2026-01-01T18:30:00Z', null),
      ('listing', null, gen_random_uuid(), '2026-01-02T18:30:00Z', 5)`);

  await using analytics = new AnalyticsClient({
    db: new Kysely<unknown>({ dialect: new PGliteDialect({ pglite }) }),
  });
  expect(await analytics.aggregate()).toMatchObject({ folded_changes: 3 });

  const range = { date_from: "2026-01-01", date_to: "2026-01-03" };
  const series = await analytics.getTimeSeries({ ...question, ...range });
  expect(series.time_zone).toBe("Asia/Kathmandu");
  expect(series.data.map(({ views }) => views)).toEqual([1, 1, 1]);
  expect(series.totals).toMatchObject({ views: 3, unique_visitors: 2, avg_time_on_page: 12.5 });

  const { data } = await analytics.getVisitors({ ...question, ...range });
  expect(data.map(({ account_id, visit_count }) => [account_id, visit_count])).toEqual([
    [account, 2],
    [null, 1],
  ]);

  expect(await analytics.rebuild(range)).toMatchObject({ rebuilt_page_views: 3 });
  const signal = AbortSignal.timeout(60_000);
  expect(await analytics.getTimeSeries({ ...question, ...range }, { signal })).toEqual({
    ...series,
    freshness: { live: true, pending_changes: 0, folded_through: expect.any(String) },
  });
  await analytics.close();
  expect((await pglite.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
}, 60_000);

test("page views and times are collected on PGlite", async () => {
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite }) });
  const analytics = new AnalyticsClient({ db, collection: { storeIpAddress: "truncated" } });
  const view = { id: account, entity_type: "about", entity_id: null, session_id: account };
  const referrer_url = 'https://a.example/"{,}\\';
  const request = { ip_address: "192.0.2.7" };
  const once = { accepted: 1, refused: [] };
  expect(await analytics.trackPageView({ ...view, referrer_url }, request)).toEqual(once);
  expect(await analytics.trackPageView(view)).toEqual(once);
  expect(await analytics.recordTimeOnPage({ page_view_id: account, seconds: 5 })).toEqual(once);
  const { rows } = await pglite.query(
    `select referrer_url, time_on_page, ip_address::text
     from page_views join headcount.visitor_sessions using (session_id) where entity_type = 'about'`,
  );
  expect(rows).toEqual([
    {
      referrer_url: "https://a.example/%22%7B,%7D/",
      time_on_page: 5,
      ip_address: "192.0.2.0/24",
    },
  ]);
}, 60_000);
