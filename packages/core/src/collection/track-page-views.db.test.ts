import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compareRollups } from "../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import type { CollectionOptions } from "./validation/collection-policy.ts";
import type { PageView } from "./validation/page-view.ts";

const ada = "00000000-0000-4000-8000-00000000000a";
const listing = "00000000-0000-4000-8000-000000000001";
const session = "00000000-0000-4000-8000-00000000000c";
const view = { entity_type: "listing", entity_id: listing, session_id: session };

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("track page views", { pageViewId: "uuid" });
});

beforeEach(async () => {
  analytics = clientWith({});
  await database.pool.query("truncate page_views, visitor_sessions");
});

afterAll(() => database.drop());

function clientWith(collection: CollectionOptions): AnalyticsClient {
  return new AnalyticsClient({ pool: database.pool, collection });
}

async function stored(): Promise<Record<string, unknown>[]> {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    "select * from page_views order by viewed_at, id",
  );
  return rows;
}

test("views are stored as they are given, and counted", async () => {
  const id = randomUUID();
  const viewed_at = new Date(Date.now() - 5000);
  const referrer_url = "https://example.com/search";
  const views = [
    { ...view, id: id.toUpperCase(), account_id: ada, viewed_at, referrer_url, time_on_page: 9.9 },
    { entity_type: "home", entity_id: null },
  ];
  expect(await analytics.trackPageViews(views)).toEqual({ accepted: 2, refused: [] });
  expect(await stored()).toEqual([
    {
      ...view,
      id,
      account_id: ada,
      visitor_id: null,
      viewed_at,
      referrer_url,
      time_on_page: 9,
      source_no: expect.any(Number),
      device_no: null,
      owner_id: null,
    },
    {
      id: expect.any(String),
      entity_type: "home",
      entity_id: null,
      account_id: null,
      session_id: null,
      visitor_id: null,
      viewed_at: expect.any(Date),
      referrer_url: null,
      time_on_page: null,
      source_no: null,
      device_no: null,
      owner_id: null,
    },
  ]);
  await analytics.aggregate();
  expect(await compareRollups(database.pool)).toEqual([]);
  expect(analytics.collectionCounts().accepted).toBe(2);
});

test("a view that is sent again is accepted and counts once, also at the same time", async () => {
  const views = Array.from({ length: 20 }, () => ({ ...view, id: randomUUID() }));
  const calls = [views, views.toReversed(), [...views, ...views]].map((batch) =>
    analytics.trackPageViews(batch),
  );
  const results = await Promise.all(calls);
  expect(results.map(({ accepted }) => accepted)).toEqual([20, 20, 40]);
  expect(await stored()).toHaveLength(20);
  await analytics.aggregate();
  expect(await compareRollups(database.pool)).toEqual([]);
});

test("what cannot be stored is refused in a sentence, and does not spoil the rest", async () => {
  const views = [
    { ...view, entity_id: "7" },
    view,
    { ...view, session_id: "abc", owner_id: ada },
    { ...view, viewed_at: "yesterday" },
    { ...view, viewed_at: new Date(Number.NaN) },
    { ...view, page: "/" },
    null,
    { ...view, entity_id: "00000000-0000-0000-0000-000000000000" },
    { ...view, owner_id: 7 },
  ] as unknown as PageView[];
  const { accepted, refused } = await analytics.trackPageViews(views);
  expect(accepted).toBe(1);
  expect(refused.map(({ index, code, message }) => [index, code, message])).toEqual([
    [0, "invalid_input", "entity_id is not a uuid: give one, as these ids are here."],
    [2, "invalid_input", "session_id is not a uuid: give one, as these ids are here."],
    [
      3,
      "invalid_input",
      expect.stringMatching(/^viewed_at is a text of 9 characters: give a Date/),
    ],
    [4, "invalid_input", expect.stringMatching(/^viewed_at is an object: give a Date/)],
    [5, "invalid_input", expect.stringMatching(/^The page view has a field/)],
    [6, "invalid_input", "The page view is null: give an object."],
    [7, "invalid_input", "entity_id stands for pages without an entity: give null for those."],
    [8, "invalid_input", "owner_id is not a uuid: give one, as these ids are here."],
  ]);
  expect(await stored()).toHaveLength(1);
});

test("an owner that is said is stored, and one that is not said is what the host's column has by default", async () => {
  const usual = "00000000-0000-4000-8000-0000000000de";
  await using buffer = analytics.createPageViewBuffer();
  await database.pool.query(`alter table page_views alter owner_id set default '${usual}'`);
  await buffer.trackPageViews([{ ...view, owner_id: ada }, view, { ...view, owner_id: null }]);
  await buffer.flush();
  await database.pool.query("alter table page_views alter owner_id drop default");
  const owners = (await stored()).map(({ owner_id }) => String(owner_id)).toSorted();
  expect(owners).toEqual([ada, usual, "null"]);
});

test.each([null, 5, "views", { length: 1 }, Array.from({ length: 10_001 }, () => view)])(
  "no list of views is refused as a whole: case %#",
  async (views) => {
    const call = analytics.trackPageViews(views as PageView[]);
    await expect(call).rejects.toMatchObject({ code: "invalid_input", field: "views" });
  },
);

describe("the time of a view", () => {
  const hour = 3_600_000;

  async function storedTime(viewed_at: Date, client = analytics): Promise<number> {
    await client.trackPageView({ ...view, viewed_at });
    const [row] = await stored();
    return Number(row?.["viewed_at"]);
  }

  test.each([
    ["of a day ago is kept", -24 * hour + 5000, true],
    ["of more than a day ago becomes now", -24 * hour - 5000, false],
    ["half a minute ahead is kept", 30_000, true],
    ["of tomorrow becomes now", 24 * hour, false],
  ])("%s", async (_name, offset, isKept) => {
    const before = Date.now();
    const given = new Date(before + offset);
    const time = await storedTime(given);
    const expected = isKept ? given.getTime() : before;
    expect(time).toBeGreaterThanOrEqual(expected);
    expect(time - expected).toBeLessThan(isKept ? 1 : 60_000);
  });

  test("is kept whenever it was, for an import", async () => {
    const given = new Date("2019-02-03T04:05:06.789Z");
    expect(await storedTime(given, clientWith({ maxAgeMs: false }))).toBe(given.getTime());
  });
});

describe("referrers", () => {
  async function storedReferrer(referrer_url: string, collection: CollectionOptions = {}) {
    const headers = new Headers({ origin: "https://www.shop.example" });
    await clientWith(collection).trackPageView({ ...view, referrer_url }, { headers });
    const [row] = await stored();
    return row?.["referrer_url"];
  }

  test("of hosts that the host refuses, and of what is below them, bring no view", async () => {
    const choosy = clientWith({ refuseReferrers: ["Spam.example"] });
    const urls = [
      "spam.example/x",
      "www.SPAM.example",
      "notspam.example",
      "a.example/spam.example",
    ];
    const { accepted, refused } = await choosy.trackPageViews(
      urls.map((url) => ({ ...view, referrer_url: `https://${url}` })),
    );
    expect(accepted).toBe(2);
    expect(refused.map(({ index, code }) => [index, code])).toEqual([
      [0, "referrer"],
      [1, "referrer"],
    ]);
  });

  test("lose what may be personal", async () => {
    expect(await storedReferrer("https://ada:pw@a.example/b?email=c#d")).toBe(
      "https://a.example/b",
    );
  });

  test("keep their query when asked to", async () => {
    const referrer = "https://a.example/b?q=c#d";
    expect(await storedReferrer(referrer, { keepReferrerQuery: true })).toBe(referrer);
  });

  test("of the own host are null", async () => {
    expect(await storedReferrer("https://shop.example/basket")).toBeNull();
  });

  test("of another own host are null", async () => {
    const ownHosts = ["blog.example"];
    expect(await storedReferrer("https://www.blog.example/post", { ownHosts })).toBeNull();
  });
});
