import { AnalyticsClient, type VerificationProgress } from "@headcount/core";
import type { Pool } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestDatabase } from "../test-database.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { createClusterDatabase } from "./create-cluster-database.ts";
import { foldCluster, foldSlice, slicesOf } from "./fold-cluster.ts";

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("verifying all slices of a cluster", () => {
  let database: TestDatabase;
  let pool: Pool;
  let analytics: AnalyticsClient;

  beforeAll(async () => {
    database = await createClusterDatabase({
      timeZone: "UTC",
      entityId: "bigint",
      accountId: "text",
      sessionId: "bigint",
    });
    ({ pool } = database);
    analytics = new AnalyticsClient({ pool });
  });

  beforeEach(async () => {
    await pool.query("delete from page_views");
    await foldCluster(pool);
    await view(1, 400);
  });

  afterAll(() => database.drop());

  /** Views of forty entities in sessions that go on after a while. */
  async function view(from: number, to: number): Promise<void> {
    await pool.query(
      `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
       select 'listing', 1 + n % 40, 'a' || n % 7, n % 90, timestamptz '2026-03-01 12:00Z' + n * interval '1 hour', n % 60
       from generate_series($1::integer, $2) n`,
      [from, to],
    );
  }

  test("compares everything, wherever it is on its way", async () => {
    const slices = await slicesOf(pool);
    const steps = ["entities", "fetch", "sessions"] as const;
    const rounds = [...steps, "fetch", "entities"] as const;
    for (const [nth, step] of rounds.entries()) {
      // at first in one half of the slices, and a few changes of each
      for (const slice of slices.slice(nth % 2, 2 + (nth % 2)))
        await foldSlice(pool, slice, step, 30);
      expect(await analytics.verify()).toMatchObject({ differences: 0, listed: [] });
      for (const slice of slices) await foldSlice(pool, slice, step);
      expect(await analytics.verify()).toMatchObject({ differences: 0, listed: [] });
      await pool.query("delete from page_views where viewed_at < $1::timestamptz", [
        new Date(Date.UTC(2026, 2, 2 + nth)).toISOString(),
      ]);
    }
    await foldCluster(pool);
    const progress: VerificationProgress[] = [];
    const found = await analytics.verify({ onProgress: (step) => progress.push(step) });
    const { rows } = await pool.query<{ views: number }>(
      "select count(*)::integer as views from page_views",
    );
    expect(found).toEqual({
      page_views: rows[0]?.views,
      entities: 40,
      differences: 0,
      listed: [],
      set_aside_changes: 0,
      set_aside_entities: [],
      rebuild_range: null,
      seed: null,
      duration_ms: expect.any(Number),
    });
    expect(progress.at(-1)).toEqual({
      page_views: rows[0]?.views,
      entities: 40,
      differences: 0,
      estimated_page_views: null,
      elapsed_ms: expect.any(Number),
      entity_type: "listing",
      entity_id: expect.any(String),
    });
    expect(await analytics.verify({ sample: 10, seed: 3 })).toMatchObject({
      entities: 10,
      differences: 0,
      seed: 3,
    });
  }, 120_000);

  test("finds nothing while page views are written and folded", async () => {
    const stopping = new AbortController();
    const write = async (): Promise<void> => {
      for (let nth = 0; !stopping.signal.aborted; nth += 1) {
        await view(401 + nth * 20, 420 + nth * 20);
        await pool.query("delete from page_views where entity_id = $1 and time_on_page < 20", [
          1 + (nth % 40),
        ]);
        await pool.query(
          "update page_views set session_id = session_id + 1 where entity_id = $1 and session_id % 5 = 0",
          [1 + (nth % 40)],
        );
      }
    };
    const fold = async (): Promise<void> => {
      while (!stopping.signal.aborted) await analytics.aggregate();
    };
    const working = [write(), fold()];
    try {
      for (let nth = 0; nth < 8; nth += 1) {
        expect(await analytics.verify()).toMatchObject({ differences: 0, listed: [] });
      }
    } finally {
      stopping.abort();
      await Promise.all(working);
    }
    await foldCluster(pool);
    expect(await analytics.verify()).toMatchObject({ differences: 0, listed: [] });
  }, 120_000);

  // else a view that is folded between two of them is in neither
  test.each([
    ["fetched_views", ["array[1, 2]::bigint[]", "'{}'::jsonb"]],
    ["fetched_views_between", ["1", "1", "2", "'{}'::jsonb"]],
    ["fetched_entries", ["1", "'listing'", "array[1, 2]::bigint[]", "'UTC'", "'{}'::jsonb"]],
  ])("each shard answers %s by one statement", async (name, values) => {
    const { rows } = await pool.query<{ body: string; names: string[] }>(
      "select prosrc as body, proargnames as names from pg_proc where oid = $1::regproc",
      [`headcount.${name}`],
    );
    let query = /return query([^]*);\s*end/.exec(rows[0]?.body ?? "")?.[1] ?? "";
    for (const [nth, value] of values.entries()) {
      query = query.replaceAll(rows[0]?.names[nth] ?? "", value);
    }
    const plan = await pool.query<{ "QUERY PLAN": string }>(`explain ${query}`);
    const lines = plan.rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(lines).toContain("Task Count: 4");
    expect(lines).not.toMatch(/Distributed Subplan|intermediate_result/);
  });

  test("finds what is wrong, whatever is pending elsewhere", async () => {
    await foldCluster(pool);
    expect((await analytics.verify()).differences).toBe(0);
    await view(401, 500);
    const faults = [
      "update headcount.analytics_days set views = views + 2 where entity_id = 7 and date = '2026-03-03'",
      `update headcount.analytics_days d set entries = entries + 1 where d.entity_id = 8 and d.date = '2026-03-03'`,
      "delete from headcount.analytics_entity_visitors where entity_id = 9 and visitor_id = 'a2'",
      "update headcount.analytics_entities set bounces = coalesce(bounces, 0) + 1 where entity_id = 10",
      "update headcount.visitor_sessions set time_total = time_total + 1 where session_id = 33",
      "delete from headcount.visitor_sessions where session_id = 88",
    ];
    for (const fault of faults) expect((await pool.query(fault)).rowCount).toBe(1);
    const { listed, rebuild_range } = await analytics.verify();
    expect(listed.map((row) => row.rollup).toSorted()).toEqual([
      "analytics_days",
      "analytics_days",
      // and the entry of the session that is gone
      "analytics_days",
      "analytics_entities",
      "analytics_entities",
      "analytics_entity_visitors",
      "visitor_sessions",
      "visitor_sessions",
    ]);
    expect(rebuild_range).not.toBeNull();
  }, 60_000);
});
