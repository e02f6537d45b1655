import { randomUUID } from "node:crypto";
import { migrate, uninstall } from "@headcount/migrations";
import { Kysely, PostgresDialect } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import type { CollectionOptions } from "../validation/collection-policy.ts";

const home = { entity_type: "home", entity_id: null };
const headers = {
  host: "shop.example",
  "cf-ipcountry": "AT",
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
};

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("view facts", { pageViewId: "uuid" });
});

beforeEach(() =>
  database.pool.query(
    "truncate page_views; delete from analytics_sources; delete from analytics_devices",
  ),
);

afterAll(() => database.drop());

function clientWith(collection: CollectionOptions = {}): AnalyticsClient {
  return new AnalyticsClient({ pool: database.pool, collection });
}

function message(fields: object = {}) {
  return { type: "page_view", id: randomUUID(), ...home, session_id: randomUUID(), ...fields };
}

async function rowsOf(query: string): Promise<unknown[]> {
  return (await database.pool.query<unknown[]>({ text: query, rowMode: "array" })).rows;
}

const storedSources = () =>
  rowsOf(`select v.entity_type, channel, source, referrer_host, surface, utm_source, utm_medium, utm_campaign
    from page_views v left join analytics_sources using (source_no) order by 1`);

test("where views came from is stored once, and messages of older trackers are taken as before", async () => {
  const analytics = clientWith();
  const messages = [
    message({ entity_type: "a", referrer_url: "https://www.google.com/search?q=x" }),
    message({ entity_type: "b", utm_source: "Autumn", utm_medium: "mail", utm_campaign: "7" }),
    message({ entity_type: "c", surface: "search", referrer_url: "https://shop.example/" }),
    message({ entity_type: "d" }),
    message({ entity_type: "e", surface: "Search!" }),
  ];
  const result = await analytics.collect({ messages }, { headers });
  expect(result).toMatchObject({ accepted: 4, refused: [{ index: 4, code: "invalid_input" }] });
  await analytics.trackPageViews([
    { entity_type: "f", entity_id: null, referrer_url: "https://google.com/maps" },
    { entity_type: "g", entity_id: null },
  ]);
  const google = ["organic_search", "Google", "google.com", null, null, null, null];
  expect(await storedSources()).toEqual([
    ["a", ...google],
    ["b", "email", "autumn", null, null, "autumn", "mail", "7"],
    ["c", "internal", null, null, "search", null, null, null],
    ["d", "direct", null, null, null, null, null, null],
    ["f", ...google],
    ["g", null, null, null, null, null, null, null],
  ]);
  const status = await analytics.getStatus();
  expect(status.facts).toEqual({ combinations: 4, bounded: false });
});

test("devices and countries are stored when the host says so, and nothing when it wants nothing", async () => {
  const body = () => ({ messages: [message({ surface: "search" })] });
  await clientWith({ storeFacts: [] }).collect(body(), { headers });
  expect(await rowsOf("select source_no, device_no from page_views")).toEqual([[null, null]]);
  expect((await clientWith().getStatus()).facts).toEqual({ combinations: 0, bounded: false });

  const wanted = clientWith({ storeFacts: ["device"], countryHeader: "cf-ipcountry" });
  await using buffer = wanted.createPageViewBuffer();
  await wanted.collect(body(), { headers, buffer });
  await buffer.flush();
  expect(
    await rowsOf(`select source_no, device, browser, os, country
      from page_views join analytics_devices using (device_no)`),
  ).toEqual([[null, "desktop", "Firefox", "Linux", "AT"]]);
});

test("two processes that see something new at once give it one number", async () => {
  const views = Array.from({ length: 20 }, (_, n) => ({ ...home, utm_campaign: `c${n % 10}` }));
  await Promise.all([views, views.toReversed()].map((list) => clientWith().trackPageViews(list)));
  expect(
    await rowsOf(`select count(*)::int, count(distinct source_no)::int, count(distinct utm_campaign)::int
      from page_views join analytics_sources using (source_no)`),
  ).toEqual([[40, 10, 10]]);
});

test("a number that was rolled back with a transaction of the host's is given anew", async () => {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: database.pool }) });
  const view = { ...home, utm_campaign: "spring" };
  const transaction = db.transaction().execute(async (inside) => {
    await new AnalyticsClient({ db: inside }).trackPageView(view);
    throw new Error("no");
  });
  await expect(transaction).rejects.toThrow("no");
  await clientWith().trackPageView(view);
  expect(await storedSources()).toEqual([
    ["home", "campaign", null, null, null, null, null, "spring"],
  ]);
});

test("names from anybody's addresses fill nothing: new ones are (other) until there is room", async () => {
  const view = { ...home, utm_source: "ads", utm_medium: "cpc" };
  const track = async (utm_campaign: string, fields = {}) => {
    await database.pool.query("truncate page_views");
    await clientWith().trackPageView({ ...view, ...fields, utm_campaign });
    return storedSources();
  };
  const fill = (rows: number) =>
    database.pool.query(
      "insert into analytics_sources (utm_campaign) select gen_random_uuid() from generate_series(1, $1::int)",
      [rows],
    );
  await track("before");
  await fill(898);
  const last = ["home", "display", "ads", null, null, "ads", "cpc"];
  expect(await track("900th")).toEqual([[...last, "900th"]]);
  expect(await track("one more")).toEqual([[...last, "(other)"]]);
  expect(await track("before")).toEqual([[...last, "before"]]);
  expect((await clientWith().getStatus()).facts.bounded).toBe(true);
  await fill(99);
  const other = "(other)";
  expect(await track("c", { utm_source: "new" })).toEqual([
    ["home", "display", other, null, null, other, other, other],
  ]);
  expect(await track("c", { utm_source: "newer", surface: "x" })).toEqual([
    ["home", "display", other, null, other, other, other, other],
  ]);

  await database.pool.query(
    "update analytics_sources set first_seen = first_seen - interval '25 hours'",
  );
  expect(await track("one more")).toEqual([[...last, "one more"]]);
});

test("numbers are plain columns: they change no count, and those of an earlier installation stand for nothing", async () => {
  await clientWith().trackPageView({ ...home, surface: "search" });
  const { pool } = database;
  await clientWith().aggregate();
  await pool.query("update page_views set source_no = 4000, device_no = 70");
  expect(await rowsOf("select count(*)::int from page_view_changes")).toEqual([[0]]);
  await pool.query("drop schema oracle cascade");
  await uninstall({ pool });
  await migrate({ pool });
  await clientWith({ countryHeader: "cf-ipcountry" }).collect(
    { messages: [message()] },
    { headers },
  );
  expect(
    await rowsOf(`select v.source_no, s.channel, v.device_no, d.country from page_views v
      left join analytics_sources s using (source_no) left join analytics_devices d using (device_no) order by 1`),
  ).toEqual([
    [4000, null, 70, null],
    [4001, "direct", 71, "AT"],
  ]);
});
