import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import type { Milestone } from "../contract/milestone.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("milestones", {
    timeZone: "UTC",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  analytics = new AnalyticsClient({ pool: database.pool });
});

beforeEach(async () => {
  await database.pool.query("truncate page_views; delete from headcount.analytics_milestones");
  await set({ listing: { views: [3, 10], unique_visitors: [2] } });
});

afterAll(() => database.drop());

function set(milestones: unknown): Promise<unknown> {
  return database.pool.query("update headcount.analytics_settings set milestones = $1", [
    JSON.stringify(milestones),
  ]);
}

/** Views of a listing, each of another session and hour. */
async function view(entity: number | null, views: number, session = "s"): Promise<void> {
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, session_id, viewed_at)
     select 'listing', $1, $3 || n, '2026-03-01Z'::timestamptz + n * interval '7 hours' from generate_series(1, $2) n`,
    [entity, views, session],
  );
}

async function fold(): Promise<void> {
  await analytics.aggregate();
}

const short = ({ entity_id, measure, threshold, value }: Milestone) =>
  `${entity_id} ${measure} ${threshold} by ${value}`;

async function told(): Promise<string[]> {
  return (await analytics.takeMilestones()).map(short);
}

test("a total that is reached is told once for ever, however often it is reached", async () => {
  await view(1, 2);
  await view(null, 4);
  await fold();
  expect((await told()).toSorted()).toEqual([
    "1 unique_visitors 2 by 2",
    "null unique_visitors 2 by 4",
    "null views 3 by 4",
  ]);
  await view(1, 1, "t");
  await fold();
  const [milestone] = await analytics.takeMilestones();
  expect(milestone).toEqual({
    milestone_id: expect.stringMatching(/^\d+$/),
    entity_type: "listing",
    entity_id: "1",
    measure: "views",
    threshold: 3,
    value: 3,
    reached_at: expect.stringMatching(/^\d{4}-.*Z$/),
  });

  await database.pool.query("delete from page_views where entity_id = 1 and session_id <> 't1'");
  await fold();
  await view(1, 9, "u");
  await fold();
  expect(await told()).toEqual(["1 views 10 by 10"]);
  // nor does a rebuild tell anything, nor what is counted after it
  await analytics.rebuild({ date_from: "2026-01-01", date_to: "2026-12-31" });
  await view(1, 1, "v");
  await fold();
  expect(await told()).toEqual([]);
  await database.pool.query("truncate page_views");
  await view(1, 4);
  await fold();
  expect(await told()).toEqual([]);
});

test("what was past before anybody looked is given to nobody", async () => {
  await set({});
  await view(1, 4);
  await fold();
  await set({ listing: { views: [3, 4, 5, 6.0] }, article: { views: [1] } });
  await view(1, 1, "t");
  await fold();
  expect(await told()).toEqual(["1 views 5 by 5"]);
  // what falls below before it was ever noted was past as well
  await set({ listing: { unique_visitors: [4] } });
  await database.pool.query("delete from page_views where session_id in ('s1', 's2')");
  await fold();
  await view(1, 2, "w");
  await fold();
  expect(await told()).toEqual([]);
  const { rows } = await database.pool.query(
    "select measure, threshold::int from headcount.analytics_milestones where reached_at is null order by 1, 2",
  );
  expect(rows).toEqual([
    { measure: "unique_visitors", threshold: 4 },
    { measure: "views", threshold: 3 },
    { measure: "views", threshold: 4 },
  ]);
});

test("several who fold at once note each one once, and miss none", async () => {
  await Promise.all(Array.from({ length: 12 }, (_, nth) => view(nth, 2 + nth)));
  await Promise.all(Array.from({ length: 4 }, () => analytics.aggregate({ concurrency: 2 })));
  await fold();
  const expected = Array.from({ length: 12 }, (_, nth) => {
    const views = 2 + nth;
    const of = [3, 10].filter((threshold) => threshold <= views).map((n) => `views ${n}`);
    return [`unique_visitors 2`, ...of].map((name) => `${nth} ${name} by ${views}`);
  }).flat();
  expect((await told()).toSorted()).toEqual(expected.toSorted());
});

describe("who takes milestones", () => {
  beforeEach(async () => {
    await Promise.all(Array.from({ length: 9 }, (_, nth) => view(nth, 2)));
    await fold();
  });

  test("has them alone until the lease ends, and again unless it says that they were told", async () => {
    const takers = await Promise.all(
      Array.from({ length: 5 }, () => analytics.takeMilestones({ limit: 2 })),
    );
    const ids = takers.flat().map(({ milestone_id }) => milestone_id);
    expect(ids).toHaveLength(9);
    expect(new Set(ids).size).toBe(9);
    expect(await told()).toEqual([]);
    const milestone_ids = ids.slice(0, 4);
    expect(await analytics.acknowledgeMilestones({ milestone_ids })).toEqual({ acknowledged: 4 });
    expect(await analytics.acknowledgeMilestones({ milestone_ids })).toEqual({ acknowledged: 0 });
    await database.pool.query("update headcount.analytics_milestones set leased_until = now()");
    const again = await analytics.takeMilestones({ leaseSeconds: 1 });
    expect(again.map(({ milestone_id }) => milestone_id).toSorted()).toEqual(
      ids.slice(4).toSorted(),
    );
    const { rows } = await database.pool.query(
      "select max(leased_until) < now() + interval '1 second' as ends from headcount.analytics_milestones",
    );
    expect(rows).toEqual([{ ends: true }]);
  });

  test("hears of new ones on a channel, and of nothing else", async () => {
    const client = await database.pool.connect();
    const heard: string[] = [];
    client.on("notification", ({ channel }) => heard.push(channel));
    try {
      await client.query("listen headcount_milestones");
      await view(20, 1);
      await fold();
      await client.query("select 1");
      expect(heard).toEqual([]);
      await view(20, 1, "t");
      await fold();
      await client.query("select 1");
      expect(heard).toEqual(["headcount_milestones"]);
    } finally {
      client.release(true);
    }
  });

  test.each([
    ["limit", () => analytics.takeMilestones({ limit: 0 })],
    ["leaseSeconds", () => analytics.takeMilestones({ leaseSeconds: 0.5 })],
    ["milestone_ids", () => analytics.acknowledgeMilestones({ milestone_ids: ["x"] })],
    ["milestone_ids", () => analytics.acknowledgeMilestones({} as never)],
  ])("gives a %s that can be used", async (field, call) => {
    await expect(call()).rejects.toMatchObject({ code: "invalid_input", field });
  });
});

test.each([
  [],
  { listing: [3] },
  { listing: { view: [3] } },
  { listing: { views: 3 } },
  { listing: { views: ["3"] } },
  { listing: { views: [0] } },
  { listing: { views: [2.5] } },
  { listing: { views: [1e300] } },
])("settings that are %j are refused, so that folding never meets them", async (milestones) => {
  await expect(set(milestones)).rejects.toThrow("analytics_settings_milestones_check");
});
