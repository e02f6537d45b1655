import { randomUUID } from "node:crypto";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import type { CollectionOptions } from "./validation/collection-policy.ts";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
const role = `collecting_${randomUUID().replaceAll("-", "")}`;

// The lists of docs/installing.md.
const grants = `
  grant usage on schema public, headcount to ${role};
  grant insert on page_view_changes to ${role};
  grant select, insert on page_views to ${role};
  grant update (time_on_page, account_id) on page_views to ${role};
  grant select on headcount_migrations, analytics_settings to ${role};
  grant select (session_id, ip_address, user_agent), insert (session_id, ip_address, user_agent),
    update (ip_address, user_agent) on visitor_sessions to ${role};
  grant execute on function visitor_secret, fact_numbers to ${role}`;

let database: TestDatabase;
let pool: Pool;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("collecting role", { pageViewId: "uuid" });
  await database.pool.query(`create role ${role} login`);
  const url = new URL(database.url);
  url.username = role;
  pool = new Pool({ connectionString: url.href });
  pool.on("error", () => undefined);
  const collection = {
    storeIpAddress: "truncated",
    storeUserAgent: true,
    visitor: "daily",
    storeFacts: ["surface", "referrer", "utm", "device"],
  } satisfies CollectionOptions;
  analytics = new AnalyticsClient({ pool, collection });
});

afterAll(async () => {
  await pool.end();
  await database.pool.query(`drop owned by ${role}; drop role ${role}`);
  await database.drop();
});

/** Once, at the end. */
const lacksGrant = {
  code: "database",
  message: expect.stringMatching(
    /^(?!.*installing.*installing).*lists all grants of the role that collects\.$/,
  ),
};

test("a role without grants reads where they are once, whatever it calls", async () => {
  const view = { entity_type: "home", entity_id: null, session_id: randomUUID() };
  const message = { type: "page_view", id: randomUUID(), ...view };
  const body = { messages: [message] };
  const post = () =>
    new Request("https://shop.example/collect", { method: "POST", body: JSON.stringify(body) });
  await using buffer = analytics.createPageViewBuffer();
  for (const call of [
    () => analytics.trackPageView(view),
    () => analytics.recordTimeOnPage({ page_view_id: message.id, seconds: 1 }),
    () => analytics.identifySession({ session_id: view.session_id, account_id: randomUUID() }),
    () => analytics.collect(body),
    () => analytics.collect(body, { buffer }),
    () => analytics.collectRequest(post()),
    () => analytics.collectRequest(post(), { buffer }),
    () => buffer.trackPageViews([view]),
  ]) {
    await expect(call()).rejects.toMatchObject(lacksGrant);
  }
});

test("a role with the grants of the documentation collects, and one without reads where they are", async () => {
  const ids = { id: randomUUID(), session_id: randomUUID() };
  const track = () =>
    analytics.trackPageView(
      { ...ids, entity_type: "home", entity_id: null, surface: "search" },
      { headers: { "user-agent": firefox }, ip_address: "192.0.2.7" },
    );
  const settings = "grant select on headcount_migrations, analytics_settings to";
  await database.pool.query(`${settings} ${role}`);
  await expect(track()).rejects.toMatchObject(lacksGrant);

  await database.pool.query(grants);
  expect(await track()).toEqual({ accepted: 1, refused: [] });
  const times = await analytics.recordTimeOnPage({ page_view_id: ids.id, seconds: 9 });
  expect(times.accepted).toBe(1);
  const account_id = randomUUID();
  const identified = await analytics.identifySession({ session_id: ids.session_id, account_id });
  expect(identified).toEqual({ identified_views: 1 });
  const { rows } = await database.pool.query(
    "select visitor_id is not null as known, channel, browser from page_views left join analytics_sources using (source_no) left join analytics_devices using (device_no)",
  );
  expect(rows).toEqual([{ known: true, channel: "internal", browser: "Firefox" }]);
});
