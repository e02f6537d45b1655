import { AnalyticsClient } from "@headcount/core";
import { topSorts } from "@headcount/core/contract";
import type { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Installation } from "../histories/installation.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import type { TestDatabase } from "../test-database.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { copyIntoMirror } from "./copy-into-mirror.ts";
import { createClusterDatabase } from "./create-cluster-database.ts";
import { foldCluster } from "./fold-cluster.ts";

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("questions about entities of several slices", () => {
  const installation: Omit<Installation, "dates"> = {
    timeZone: "Europe/Berlin",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "bigint",
  };
  const entities = Array.from({ length: 90 }, (_, nth) => ({
    entity_type: nth % 2 === 0 ? "listing" : "article",
    // in another order than their ids
    entity_id: String(1 + ((nth * 7) % 90)),
  }));
  let cluster: TestDatabase;
  let mirrored: TestDatabase;
  let onCluster: AnalyticsClient;
  let onOne: AnalyticsClient;

  beforeAll(async () => {
    cluster = await createClusterDatabase(installation);
    mirrored = await createInstalledDatabase("several", installation);
    onCluster = new AnalyticsClient({ pool: cluster.pool });
    onOne = new AnalyticsClient({ pool: mirrored.pool });
    await view(cluster.pool, 28, 1);
    await foldCluster(cluster.pool);
    await mirror();
  }, 120_000);

  afterAll(async () => {
    await cluster.drop();
    await mirrored.drop();
  });

  /**
   * Views of ninety entities on each day between so many days ago: many have as many visitors as others, of some of which the first views are a
   * microsecond apart; sixteen were first viewed yesterday.
   */
  async function view(pool: Pool, from: number, to: number): Promise<void> {
    await pool.query(
      `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
       select
         case when e % 2 = 0 then 'article' else 'listing' end, e, case when (e + v) % 3 = 0 then 1 + (e + v) % 40 end, 1 + (e * 3 + v) % 60,
         (date_trunc('day', now() at time zone 'Europe/Berlin') - d * interval '1 day' + interval '9 hours') at time zone 'Europe/Berlin'
           + v * interval '1 minute' + e % 8 * interval '1 microsecond'
       from generate_series(1, 90) e
       cross join generate_series($2::integer, $1) d
       cross join generate_series(1, 4 + (e + d) % 3 + case when d < 2 then e % 5 * 2 else 0 end) v
       where e <= 74 or d < 2`,
      [from, to],
    );
  }

  async function mirror(): Promise<void> {
    const client = await mirrored.pool.connect();
    await copyIntoMirror(cluster.pool, client);
    client.release();
  }

  /** What both answer, asked in the same hour: what is not over is compared with as much of other dates. */
  async function answers(
    ask: (client: AnalyticsClient) => Promise<{ freshness: { folded_through: string | null } }>,
  ): Promise<[onCluster: unknown, onOne: unknown]> {
    const hour = (): string => new Date().toISOString().slice(0, 13);
    const before = hour();
    const both = [];
    for (const client of [onCluster, onOne]) {
      const { freshness, ...answer } = await ask(client);
      both.push({ ...answer, freshness: { ...freshness, folded_through: null } });
    }
    return hour() === before ? [both[0], both[1]] : answers(ask);
  }

  const dates = (days: number): string =>
    new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

  test.each(topSorts)("the first by %s are those of one Postgres", async (sort) => {
    for (const limit of [1, 10, 100]) {
      for (const compare of [undefined, "previous_period"] as const) {
        for (const level of [
          { level: "site" },
          { level: "type", entity_type: "listing" },
          { level: "type", entity_type: "nothing" },
        ] as const) {
          const [one, other] = await answers((client) =>
            client.getTopEntities({ ...level, sort, limit, date_from: dates(9), compare }),
          );
          expect(one).toEqual(other);
        }
      }
    }
    const { data } = await onCluster.getTopEntities({ level: "site", sort, limit: 100 });
    expect(data.length).toBeGreaterThan(50);
  });

  test("totals are in the order that was asked for, and together everybody is counted once", async () => {
    const range = { date_from: dates(6), together: true } as const;
    for (const asked of [
      { all_time: true },
      { all_time: true, together: true },
      { ...range, sparkline: "daily" },
      { ...range, compare: "previous_period" },
    ] as const) {
      for (const some of [entities, entities.slice(0, 1), entities.slice(4, 7)]) {
        const [one, other] = await answers((client) =>
          client.getEntityTotals({ entities: some, ...asked }),
        );
        expect(one).toEqual(other);
      }
    }
    const { data, together } = await onCluster.getEntityTotals({ entities, ...range });
    expect(data.map(({ entity_type, entity_id }) => ({ entity_type, entity_id }))).toEqual(
      entities,
    );
    expect(together?.unique_visitors).toBeGreaterThan(50);
  });

  test("who looks now is known of each", async () => {
    await cluster.pool.query(
      "insert into page_views (entity_type, entity_id, session_id, viewed_at) select 'listing', 1 + n % 5, n, now() from generate_series(1, 12) n",
    );
    await mirror();
    const asked = { entities: entities.slice(0, 40), minutes: 60 };
    const { data } = await onCluster.getLive(asked);
    expect(data).toEqual((await onOne.getLive(asked)).data);
    expect(data.reduce((sum, { views }) => sum + views, 0)).toBeGreaterThan(0);
    const { data: ofOne } = await onCluster.getLive({ entity_type: "listing", entity_id: "1" });
    expect(ofOne).toMatchObject([{ entity_id: "1", views: 2, unique_visitors: 2 }]);
  });

  test("what is pending counts, and is that of the slices that were asked", async () => {
    await view(cluster.pool, 0, 0);
    await mirror();
    const range = { date_from: dates(6), together: true } as const;
    const withoutBounces = (answer: unknown): unknown =>
      JSON.parse(JSON.stringify(answer), (key, value: unknown) =>
        key === "bounce_rate" ? null : value,
      );
    for (const compare of [undefined, "previous_period"] as const) {
      const [one, other] = await answers((client) =>
        client.getEntityTotals({ entities, ...range, compare }),
      );
      expect(withoutBounces(one)).toEqual(withoutBounces(other));
      for (const sort of topSorts) {
        const [first, last] = await answers((client) =>
          client.getTopEntities({ level: "site", sort, date_from: dates(6), compare }),
        );
        expect(withoutBounces(first)).toEqual(withoutBounces(last));
      }
    }
    const { freshness } = await onCluster.getEntityTotals({ entities, ...range });
    expect(freshness.pending_changes).toBeGreaterThan(300);
    const { freshness: ofOne } = await onCluster.getEntityTotals({
      entities: entities.slice(0, 1),
    });
    expect(ofOne.pending_changes).toBeLessThan(freshness.pending_changes);
  });
});
