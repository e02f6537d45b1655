import { AnalyticsClient, type RebuildProgress } from "@headcount/core";
import type { ClientBase, Pool } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import type { TestDatabase } from "../test-database.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { copyIntoMirror } from "./copy-into-mirror.ts";
import { createClusterDatabase } from "./create-cluster-database.ts";
import { foldCluster, foldSlice, slicesOf } from "./fold-cluster.ts";

const ids = {
  timeZone: "Europe/Berlin",
  entityId: "bigint",
  accountId: "text",
  sessionId: "bigint",
} as const;
const all = { date_from: "0001-01-01", date_to: "9999-12-31" };

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("reading all slices of a cluster in again", () => {
  let database: TestDatabase;
  let mirrored: TestDatabase;
  let pool: Pool;
  let mirror: ClientBase;
  let release: () => void;
  let analytics: AnalyticsClient;

  beforeAll(async () => {
    database = await createClusterDatabase(ids);
    ({ pool } = database);
    mirrored = await createInstalledDatabase("rebuild on citus", ids);
    const connected = await mirrored.pool.connect();
    mirror = connected;
    release = () => connected.release();
    analytics = new AnalyticsClient({ pool });
  });

  beforeEach(async () => {
    await pool.query("delete from page_views");
    await foldCluster(pool);
    await analytics.rebuild(all);
    await view(1, 400);
    await foldCluster(pool);
  });

  afterAll(async () => {
    release();
    await mirrored.drop();
    await database.drop();
  });

  /** Views of forty entities in sessions that go on after a while. */
  async function view(from: number, to: number): Promise<void> {
    await pool.query(
      `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
       select 'listing', 1 + n % 40, 'a' || nullif(n % 7, 0), n % 90, timestamptz '2026-03-01 12:00Z' + n * interval '1 hour', n % 60
       from generate_series($1::integer, $2) n`,
      [from, to],
    );
  }

  /** Something that a host does to page views where nothing captures it. */
  async function pastCapture(statement: string): Promise<void> {
    await pool.query("alter table page_views disable trigger headcount_capture_delete");
    await pool.query(statement);
    await pool.query("alter table page_views enable trigger headcount_capture_delete");
  }

  async function differences(): Promise<unknown[]> {
    await copyIntoMirror(pool, mirror);
    return compareRollups(mirror);
  }

  test.each([
    [
      "days",
      "update headcount.analytics_days set views = views + 2, entries = coalesce(entries, 0) + 1",
    ],
    [
      "visitors that are gone",
      "delete from headcount.analytics_entity_visitors where visitor_id = 'a2'",
    ],
    ["entities that are gone", "delete from headcount.analytics_entities where entity_id < 9"],
    [
      "sessions",
      "update headcount.visitor_sessions set time_total = 1, first_seen_at = '2026-03-04Z', entry_entity_id = 4",
    ],
    ["sessions that are gone", "delete from headcount.visitor_sessions where session_id % 5 = 0"],
    ["entries that are gone on their way", "delete from headcount.outgoing_entries"],
    ["changes of sessions that are gone on their way", "delete from headcount.outgoing_changes"],
  ])(
    "repairs %s, whatever is pending",
    async (_, fault) => {
      // sessions that lose their first views enter elsewhere
      await pool.query("delete from page_views where viewed_at < '2026-03-04Z'");
      for (const [nth, slice] of (await slicesOf(pool)).entries()) {
        await view(401 + nth * 20, 420 + nth * 20);
        await foldSlice(pool, slice, "entities", 7);
        await foldSlice(pool, slice, "fetch", 7);
        await foldSlice(pool, slice, "sessions", 7);
      }
      expect((await pool.query(fault)).rowCount).toBeGreaterThan(0);
      const { rebuild_range } = await analytics.verify();
      const { rows } = await pool.query<{ views: number }>(
        "select count(*)::integer as views from page_views",
      );
      expect(rebuild_range).not.toBeNull();
      const progress: RebuildProgress[] = [];
      expect(
        await analytics.rebuild(all, { onProgress: (step) => progress.push(step) }),
      ).toMatchObject({
        rebuilt_page_views: rows[0]?.views,
      });
      expect(progress[0]).toEqual({
        phase: "sessions",
        page_views: expect.any(Number),
        estimated_page_views: null,
        elapsed_ms: expect.any(Number),
        entity_type: null,
        entity_id: null,
      });
      expect(progress.at(-1)).toMatchObject({
        phase: "entities",
        page_views: rows[0]?.views,
        entity_type: "listing",
      });
      expect(Object.keys(progress.at(-1) ?? {})).not.toContain("slice");
      expect(await analytics.getStatus()).toMatchObject({ pending_changes: 0 });
      expect(await analytics.verify()).toMatchObject({ differences: 0, listed: [] });
      expect(await differences()).toEqual([]);
    },
    120_000,
  );

  test("one slice after the other, while page views are written and all others fold, makes nothing wrong", async () => {
    const ended = new AbortController();
    const write = async (): Promise<void> => {
      for (let nth = 0; !ended.signal.aborted; nth += 1) {
        await view(401 + nth * 20, 420 + nth * 20);
        await pool.query("delete from page_views where entity_id = $1 and time_on_page < 20", [
          1 + (nth % 40),
        ]);
        await pool.query("delete from page_views where session_id = $1", [nth % 90]);
        await pool.query(
          "update page_views set session_id = session_id + 1 where entity_id = $1 and session_id % 5 = 0",
          [1 + (nth % 40)],
        );
      }
    };
    const foldInSteps = async (): Promise<void> => {
      while (!ended.signal.aborted) await pool.query("select headcount.fold_slices(50, 2)");
    };
    const working = [write(), foldInSteps()];
    try {
      for (let nth = 0; nth < 3; nth += 1) {
        for (let after: unknown = null, done = false; !done; ) {
          const { rows } = await pool.query<{ after: unknown; done: boolean }>(
            "select after, done from headcount.rebuild_page_views_step($1, $2, $3, $4)",
            nth === 0 ? [null, null, after, 40] : ["2026-03-03", "2026-03-09", after, 40],
          );
          [{ after, done } = { after: null, done: true }] = rows;
        }
        expect(await analytics.verify()).toMatchObject({ differences: 0, listed: [] });
      }
    } finally {
      ended.abort();
      await Promise.all(working);
    }
    await foldCluster(pool);
    expect((await pool.query("select from headcount.set_aside_changes")).rowCount).toBe(0);
    expect(await analytics.verify()).toMatchObject({ differences: 0, listed: [] });
    expect(await differences()).toEqual([]);
  }, 240_000);

  test("what was set aside is right again after a repair, in its entity and in its session", async () => {
    // numbers that nothing can be added to
    await pool.query(
      "update headcount.analytics_entity_visitors set time_total = 9223372036854775807 where entity_id = 4",
    );
    await pool.query(
      "update headcount.visitor_sessions set time_total = 9223372036854775807 where session_id = 5",
    );
    await view(401, 500);
    await foldCluster(pool);
    const { set_aside_changes, set_aside_entities } = await analytics.verify();
    expect(set_aside_changes).toBeGreaterThan(0);
    expect(
      set_aside_entities.some(({ reason }) => reason.startsWith("not counted in its session")),
    ).toBe(true);
    expect(
      set_aside_entities.every(({ reason }) => reason.startsWith("not counted in its session")),
    ).toBe(false);
    expect(await analytics.repair()).toMatchObject({
      repaired_changes: set_aside_changes,
      repaired_entities: new Set(set_aside_entities.map(({ entity_id }) => entity_id)).size,
    });
    expect(await analytics.verify()).toMatchObject({
      differences: 0,
      listed: [],
      set_aside_changes: 0,
    });
    expect(await analytics.getStatus()).toMatchObject({ pending_changes: 0 });
    expect(await differences()).toEqual([]);
    expect(await analytics.repair()).toMatchObject({
      repaired_changes: 0,
      repaired_entities: 0,
      read_page_views: 0,
    });
  }, 120_000);

  test("a rebuild that would lose where a session began is refused, and one of these dates too loses it", async () => {
    await pool.query(`insert into page_views (entity_type, entity_id, session_id, viewed_at) values
      ('listing', 101, 200, '2026-05-01 12:00Z'), ('listing', 102, 200, '2026-05-02 12:00Z'), ('listing', 103, 200, '2026-05-02 12:01Z'),
      ('listing', 105, 200, '2026-05-02 12:02Z')`);
    await foldCluster(pool);
    await pastCapture("delete from page_views where entity_id = 101");
    await expect(
      analytics.rebuild({ date_from: "2026-05-02", date_to: "2026-05-02" }),
    ).rejects.toMatchObject({
      code: "database",
      message: expect.stringContaining(
        "has no more views of session 200 on 2026-05-01, which this rebuild would lose",
      ) as string,
    });
    await analytics.rebuild({ date_from: "2026-05-01", date_to: "2026-05-02" });
    expect(await analytics.verify()).toMatchObject({ differences: 0, listed: [] });
    expect(await differences()).toEqual([]);
  }, 60_000);
});
