import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compareRollups } from "../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import type { CollectionOptions } from "./validation/collection-policy.ts";

const home = { entity_type: "home", entity_id: null };
const firefox = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Firefox/150.0" };
const chrome = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0.0.0 Safari/537.36" };

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("visitor ids", {
    pageViewId: "uuid",
    timeZone: "Pacific/Apia",
  });
});

beforeEach(() =>
  database.pool.query(
    "truncate page_views; delete from analytics_secrets where purpose = 'visitor'",
  ),
);

afterAll(() => database.drop());

function clientWith(collection: CollectionOptions): AnalyticsClient {
  return new AnalyticsClient({ pool: database.pool, collection });
}

function message(fields: object = {}) {
  return { type: "page_view", id: randomUUID(), ...home, session_id: randomUUID(), ...fields };
}

async function storedIds(): Promise<(string | null)[]> {
  const { rows } = await database.pool.query<{ visitor_id: string | null }>(
    "select visitor_id from page_views order by viewed_at, id",
  );
  return rows.map(({ visitor_id }) => visitor_id);
}

test("what a browser says of itself is stored, and it is one visitor over sessions", async () => {
  const analytics = clientWith({});
  const visitor_id = randomUUID();
  const messages = [message({ visitor_id }), message({ visitor_id: visitor_id.toUpperCase() })];
  const result = await analytics.collect({
    messages: [...messages, message({ visitor_id: "me" })],
  });
  expect(result).toMatchObject({
    accepted: 2,
    refused: [{ index: 2, message: "visitor_id is not a uuid: give one, as these ids are here." }],
  });
  expect(await storedIds()).toEqual([visitor_id, visitor_id]);
  await analytics.aggregate();
  expect(await compareRollups(database.pool)).toEqual([]);
  const { totals } = await analytics.getTimeSeries(home);
  expect(totals).toMatchObject({ views: 2, unique_visitors: 1, bounce_rate: 100 });
});

describe("a function of the host's", () => {
  const cookie = randomUUID();
  const analytics = () =>
    clientWith({
      visitor: ({ headers }) =>
        (headers as Record<string, string> | undefined)?.["x-visitor"] ?? null,
    });

  test("says which browser it is, whatever the browser says", async () => {
    const messages = [message({ visitor_id: randomUUID() })];
    await analytics().collect({ messages }, { headers: { "x-visitor": cookie } });
    expect(await storedIds()).toEqual([cookie]);
    await analytics().collect({ messages: [message({ visitor_id: randomUUID() })] });
    expect(new Set(await storedIds())).toEqual(new Set([cookie, null]));
  });

  test("is not asked where a server names the visitor itself", async () => {
    const visitor_id = randomUUID();
    await analytics().trackPageView({ ...home, visitor_id }, { headers: { "x-visitor": cookie } });
    expect(await storedIds()).toEqual([visitor_id]);
  });

  test("that gives an id of another type gets an error that says so, and nothing is stored", async () => {
    const call = analytics().collect({ messages: [message()] }, { headers: { "x-visitor": "7" } });
    await expect(call).rejects.toMatchObject({ code: "invalid_input", field: "visitor" });
    expect(await storedIds()).toEqual([]);
  });
});

describe("a hash of the day", () => {
  const from = (ip_address: string, headers: object = firefox) => ({
    ip_address,
    headers: { ...headers },
  });

  test("is the same for all processes, and another one for another address or browser", async () => {
    for (const request of [
      from("192.0.2.7"),
      from("::ffff:192.0.2.7"),
      from("192.0.2.7", chrome),
      from("192.0.2.8"),
    ])
      await clientWith({ visitor: "daily" }).collect({ messages: [message()] }, request);
    const ids = await storedIds();
    expect(ids).not.toContain(null);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  test("is another one each date of the reporting zone, and none for dates whose secret is gone", async () => {
    const analytics = clientWith({ visitor: "daily", maxAgeMs: false });
    const { rows } = await database.pool.query<{ midnight: Date }>(
      "select date_trunc('day', now() at time zone 'Pacific/Apia') at time zone 'Pacific/Apia' as midnight",
    );
    const midnight = rows[0]?.midnight.getTime() ?? 0;
    const hour = 3_600_000;
    const times = [-25 * hour, -24 * hour, -1, 0, Math.min(1000, Date.now() - midnight)];
    for (const time of times)
      await analytics.trackPageView(
        { ...home, session_id: randomUUID(), viewed_at: new Date(midnight + time) },
        from("192.0.2.7"),
      );
    const [before, first, last, today, later] = await storedIds();
    expect(before).toBeNull();
    expect(last).toBe(first);
    expect(later).toBe(today);
    expect(new Set([first, today, null]).size).toBe(3);
  });

  test("is left out for who is signed in, and where no address is known; what the browser says is before it", async () => {
    const analytics = clientWith({ visitor: "daily" });
    const visitor_id = randomUUID();
    await analytics.collect(
      { messages: [message()] },
      { ...from("192.0.2.7"), account_id: randomUUID() },
    );
    await analytics.collect({ messages: [message()] }, { headers: { ...firefox } });
    await analytics.collect({ messages: [message({ visitor_id })] }, from("192.0.2.7"));
    expect(new Set(await storedIds())).toEqual(new Set([visitor_id, null]));
  });

  test("has a secret that is deleted after two days", async () => {
    const dates = async () => {
      const { rows } = await database.pool.query<{ age: number }>(
        `select (now() at time zone 'Pacific/Apia')::date - date as age from analytics_secrets
         where purpose = 'visitor' order by 1`,
      );
      return rows.map(({ age }) => age);
    };
    const ask = () => database.pool.query("select visitor_secret(now())");
    await ask();
    await database.pool.query(
      "update analytics_secrets set date = date - 1 where purpose = 'visitor'",
    );
    await ask();
    expect(await dates()).toEqual([0, 1]);
    await database.pool.query(
      "update analytics_secrets set date = date - 1 where purpose = 'visitor'",
    );
    await ask();
    expect(await dates()).toEqual([0, 1]);
  });
});

describe("a browser whose user signs in", () => {
  const account_id = "00000000-0000-4000-8000-000000000009";
  const visitor_id = "00000000-0000-4000-8000-00000000000b";
  const analytics = () => clientWith({ maxAgeMs: false });

  beforeEach(async () => {
    const other = "00000000-0000-4000-8000-000000000007";
    await analytics().trackPageViews(
      [
        { day: "01" },
        { day: "05" },
        { day: "06", account_id: other },
        { day: "06", visitor_id: other },
        { day: "09" },
      ].map(({ day, ...fields }) => ({
        ...home,
        session_id: randomUUID(),
        visitor_id,
        viewed_at: `2026-03-${day}T12:00:00Z`,
        ...fields,
      })),
    );
    await analytics().aggregate();
  });

  test.each([
    ["2026-03-05T12:00:00Z", 2],
    [new Date("2026-03-05T12:00:00.001Z"), 1],
    ["all", 3],
  ])(
    "gets its anonymous views since %s, and the rollups follow",
    async (since, identified_views) => {
      const identity = { visitor_id, account_id, since };
      expect(await analytics().identifyVisitor(identity)).toEqual({ identified_views });
      expect(await analytics().identifyVisitor(identity)).toEqual({ identified_views: 0 });
      await analytics().aggregate();
      expect(await compareRollups(database.pool)).toEqual([]);
    },
  );

  test.each([
    ["since", { visitor_id, account_id }],
    ["since", { visitor_id, account_id, since: "yesterday" }],
    ["since", { visitor_id, account_id, since: new Date("never") }],
    ["visitor_id", { visitor_id: "", account_id, since: "all" }],
    ["visitor_id", { visitor_id: "7", account_id, since: "all" }],
    ["account_id", { visitor_id, account_id: null, since: "all" }],
    ["session_id", { visitor_id, session_id: visitor_id, account_id, since: "all" }],
  ])("a wrong %s is refused, and changes nothing", async (field, identity) => {
    const call = analytics().identifyVisitor(identity as never);
    await expect(call).rejects.toMatchObject({ code: "invalid_input", field });
    const { rows } = await database.pool.query(
      "select from page_views where account_id is not null",
    );
    expect(rows).toHaveLength(1);
  });
});

test("who browses privately is a visitor of its own, and nothing that is stored says whose", async () => {
  const analytics = clientWith({ storeIpAddress: "full", storeUserAgent: true });
  const [account_id, session_id, visitor_id] = [randomUUID(), randomUUID(), randomUUID()];
  const seen = { session_id, visitor_id };
  const messages = [message(seen), message(seen), message({ visitor_id })];
  const request = { account_id, ip_address: "192.0.2.7", headers: firefox };
  await analytics.collect({ messages }, { ...request, private: true });
  const { rows } = await database.pool.query(
    `select count(*)::int as views, count(distinct session_id)::int as sessions, count(account_id)::int as accounts,
       count(visitor_id)::int as browsers, bool_or(session_id = $1) as is_known,
       (select count(*)::int from visitor_sessions s where s.ip_address is not null or s.user_agent is not null) as traces
     from page_views`,
    [session_id],
  );
  const nothing = { accounts: 0, browsers: 0, is_known: false, traces: 0 };
  expect(rows).toEqual([{ views: 3, sessions: 2, ...nothing }]);
  const identified = await analytics.identifySession({ session_id, account_id });
  expect(identified).toEqual({ identified_views: 0 });
  // and one's own page is still one's own
  const own = await analytics.collect(
    { messages: [message()] },
    { ...request, private: true, owner_account_id: account_id },
  );
  expect(own).toMatchObject({ accepted: 0, refused: [{ code: "own_view" }] });
});
