import { AnalyticsClient, type Milestone } from "@headcount/core";
import type { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestDatabase } from "../test-database.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { createClusterDatabase } from "./create-cluster-database.ts";

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("milestones of a cluster", () => {
  let database: TestDatabase;
  let pool: Pool;
  let analytics: AnalyticsClient;

  beforeAll(async () => {
    database = await createClusterDatabase({
      timeZone: "UTC",
      entityId: "bigint",
      accountId: "bigint",
      sessionId: "bigint",
    });
    ({ pool } = database);
    analytics = new AnalyticsClient({ pool });
  });

  afterAll(() => database.drop());

  const set = (milestones: unknown): Promise<unknown> =>
    pool.query("update headcount.analytics_settings set milestones = $1", [
      JSON.stringify(milestones),
    ]);

  /** Views of listings, each of another session. */
  async function view(entities: readonly number[], views: number, from = 0): Promise<void> {
    await pool.query(
      `insert into page_views (entity_type, entity_id, session_id, viewed_at)
       select 'listing', e, $3::integer + n, '2026-03-01Z'::timestamptz + n * interval '7 hours'
       from unnest($1::bigint[]) e cross join generate_series(1, $2::integer) n`,
      [entities, views, from],
    );
    await analytics.aggregate();
  }

  const short = ({ entity_id, measure, threshold, value }: Milestone): string =>
    `${entity_id} ${measure} ${threshold} by ${value}`;

  test("a total that is reached is told once for ever, whichever slice counts it", async () => {
    await set({ listing: { views: [3, 10], unique_visitors: [2] } });
    const entities = [1, 2, 3, 4, 5, 6, 7, 8];
    await view(entities, 2);
    expect((await analytics.takeMilestones()).map(short).toSorted()).toEqual(
      entities.map((entity) => `${entity} unique_visitors 2 by 2`),
    );
    await view(entities, 9, 100);
    const reached = await analytics.takeMilestones({ limit: 5 });
    reached.push(...(await analytics.takeMilestones()));
    expect(reached.map(short).toSorted()).toEqual(
      entities.flatMap((entity) => [`${entity} views 10 by 11`, `${entity} views 3 by 11`]),
    );
    expect(await analytics.takeMilestones()).toEqual([]);

    // neither by what is taken away and comes back, nor by what a setting names later
    await pool.query("delete from page_views where session_id > 100");
    await analytics.aggregate();
    await set({ listing: { views: [2, 3, 10], unique_visitors: [2] } });
    await view(entities, 9, 100);
    expect((await analytics.takeMilestones()).map(short)).toEqual([]);
    await set({});
    await view([99], 20);
    expect(await analytics.takeMilestones()).toEqual([]);
    const { rows } = await pool.query(
      "select from headcount.analytics_milestones where entity_id = 99 or threshold = 2 and measure = 'views' and reached_at is not null",
    );
    expect(rows).toEqual([]);
  }, 60_000);

  test("who takes them at the same time is given different ones, and again what was not acknowledged", async () => {
    await set({ profile: {}, listing: { views: [1, 2, 3, 4, 5] } });
    await view([201, 202, 203, 204, 205, 206], 5);
    const taken = await Promise.all(
      Array.from({ length: 6 }, () => analytics.takeMilestones({ leaseSeconds: 1 })),
    );
    const ids = taken.flat().map(({ milestone_id }) => milestone_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(30);
    const told = ids.slice(0, 20);
    expect(await analytics.acknowledgeMilestones({ milestone_ids: told })).toEqual({
      acknowledged: 20,
    });
    expect(await analytics.acknowledgeMilestones({ milestone_ids: told })).toEqual({
      acknowledged: 0,
    });
    await expect
      .poll(
        async () => (await analytics.takeMilestones()).map(({ milestone_id }) => milestone_id),
        {
          timeout: 10_000,
        },
      )
      .toHaveLength(10);
  }, 60_000);

  test("those of an entity that is erased are gone", async () => {
    await analytics.eraseEntity({ entity_type: "listing", entity_id: "203" });
    const { rows } = await pool.query<{ count: number }>(
      "select count(*)::integer as count from headcount.analytics_milestones where entity_id = 203",
    );
    expect(rows).toEqual([{ count: 0 }]);
  }, 60_000);
});
