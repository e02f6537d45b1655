import { AnalyticsClient } from "@headcount/core";
import type { ClientBase, Pool } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import type { TestDatabase } from "../test-database.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { copyIntoMirror } from "./copy-into-mirror.ts";
import { createClusterDatabase } from "./create-cluster-database.ts";
import { foldCluster, foldSlice, slicesOf } from "./fold-cluster.ts";
import { moveSlice } from "./move-slice.ts";
import { writeViews } from "./write-views.ts";

const ids = {
  timeZone: "UTC",
  entityId: "bigint",
  accountId: "bigint",
  sessionId: "bigint",
} as const;

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("while shards move and servers fail", () => {
  let cluster: TestDatabase;
  let mirrored: TestDatabase;
  let pool: Pool;
  let mirror: ClientBase;
  let release: () => void;

  beforeAll(async () => {
    cluster = await createClusterDatabase(ids);
    ({ pool } = cluster);
    // for the ids of browsers
    await pool.query("alter table page_views add column page_view_id uuid");
    await pool.query("create unique index on page_views (page_view_id, entity_id)");
    mirrored = await createInstalledDatabase("moves on citus", ids);
    const connected = await mirrored.pool.connect();
    mirror = connected;
    release = () => connected.release();
  });

  beforeEach(async () => {
    await pool.query("delete from page_views");
    await foldCluster(pool);
  });

  afterAll(async () => {
    release();
    await mirrored.drop();
    await cluster.drop();
  });

  async function differences(): Promise<unknown[]> {
    await copyIntoMirror(pool, mirror);
    const { rows } = await pool.query<{ reason: string }>(
      "select reason from headcount.set_aside_changes",
    );
    return [...rows, ...(await compareRollups(mirror))];
  }

  function fold(): { stop(): Promise<number> } {
    const stopping = new AbortController();
    let failures = 0;
    const folding = (async () => {
      while (!stopping.signal.aborted) {
        try {
          await pool.query("select headcount.fold_slices(100, 2)");
        } catch {
          failures += 1;
        }
      }
      return failures;
    })();
    return {
      stop: () => {
        stopping.abort();
        return folding;
      },
    };
  }

  test("nothing is lost or counted twice of what is written and folded while a shard goes to another server and back", async () => {
    const [slice = 0] = await slicesOf(pool);
    const writers = [writeViews(pool, 1), writeViews(pool, 2)];
    const folder = fold();
    for (const mode of ["block_writes", "auto"] as const) {
      await moveSlice(pool, slice, mode);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    const statements = await Promise.all(writers.map((writer) => writer.stop()));
    expect(await folder.stop()).toBe(0);
    expect(Math.min(...statements)).toBeGreaterThan(4);
    await foldCluster(pool);
    expect(await differences()).toEqual([]);
  }, 180_000);

  test("verifying, reading and collecting go on while a shard goes to another server and back", async () => {
    const [slice = 0] = await slicesOf(pool);
    const { rows } = await pool.query<{ entity_id: string }>(
      "select n::text as entity_id from generate_series(1000, 2000) n where headcount.slice_of_entity(n) = $1 limit 2",
      [slice],
    );
    const [read, written] = rows.map(({ entity_id }) => ({ entity_type: "article", entity_id }));
    if (read === undefined || written === undefined) throw new Error("No entity is in the slice.");
    await pool.query(
      "insert into page_views (entity_type, entity_id, session_id) select 'article', $1, n from generate_series(1, 20) n",
      [read.entity_id],
    );
    await foldCluster(pool);
    const analytics = new AnalyticsClient({ pool });
    const moved = new AbortController();
    const untilMoved = async (work: () => Promise<unknown>): Promise<number> => {
      let nth = 0;
      for (; !moved.signal.aborted; nth += 1) await work();
      return nth;
    };
    const writer = writeViews(pool, 4);
    const working = [
      untilMoved(async () => {
        const { totals } = await analytics.getTimeSeries(read);
        expect(totals).toMatchObject({ views: 20, unique_visitors: 20 });
      }),
      untilMoved(async () => {
        expect(await analytics.trackPageViews([written])).toEqual({ accepted: 1, refused: [] });
      }),
      untilMoved(async () => {
        expect(await analytics.verify()).toMatchObject({ differences: 0, listed: [] });
      }),
      untilMoved(() => analytics.aggregate()),
    ];
    const ended = Promise.all(working).finally(() => moved.abort());
    const moving = (async () => {
      for (let nth = 0; nth < 4 && !moved.signal.aborted; nth += 1) {
        await moveSlice(pool, slice, nth % 2 === 0 ? "block_writes" : "auto");
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    })().finally(() => moved.abort());
    let times: number[] = [];
    try {
      [times] = await Promise.all([ended, moving]);
    } finally {
      await writer.stop();
    }
    expect(Math.min(...times)).toBeGreaterThan(0);
    await foldCluster(pool);
    expect(await differences()).toEqual([]);
    expect((await analytics.getTimeSeries(written)).totals.views).toBe(times[1]);
  }, 180_000);

  test("a question about an entity is answered where its shard has just come, before anything folds there", async () => {
    const [slice = 0] = await slicesOf(pool);
    const { rows } = await pool.query<{ entity_id: string }>(
      "select n::text as entity_id from generate_series(1000, 2000) n where headcount.slice_of_entity(n) = $1 limit 1",
      [slice],
    );
    const entity = { entity_type: "article", entity_id: rows[0]?.entity_id ?? "" };
    const analytics = new AnalyticsClient({ pool });
    for (let nth = 0; nth < 3; nth += 1) {
      await analytics.trackPageViews([entity]);
      await moveSlice(pool, slice);
      expect((await analytics.getTimeSeries(entity)).totals.views).toBe(nth + 1);
      expect((await analytics.getStatus()).capture.faults).toEqual([]);
    }
    await moveSlice(pool, slice);
    expect((await analytics.getVisitors(entity)).data).toEqual([]);
  }, 120_000);

  test("what is written to a shard that has moved waits in its queue until it is folded where it is", async () => {
    const [slice = 0] = await slicesOf(pool);
    await moveSlice(pool, slice, "block_writes");
    const writer = writeViews(pool, 5);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await writer.stop();
    expect(await foldSlice(pool, slice, "entities")).toBeGreaterThan(0);
    await foldCluster(pool);
    expect(await differences()).toEqual([]);
    // where it was, nothing of it is left
    await pool.query("call citus_cleanup_orphaned_resources()");
    const { rows: made } = await pool.query<{ made: number }>(
      "select headcount.make_slices() as made",
    );
    expect(made[0]?.made).toBe(1);
    const { rows } = await pool.query<{ result: string }>(
      "select result from run_command_on_workers($$select count(*) from pg_namespace where nspname ~ '^headcount_[0-9]'$$)",
    );
    expect(rows.reduce((sum, { result }) => sum + Number(result), 0)).toBe(4);
  }, 120_000);

  test("a fold whose connection is lost on a server loses nothing", async () => {
    const writers = [writeViews(pool, 1), writeViews(pool, 3)];
    const folder = fold();
    let ended = 0;
    for (let nth = 0; nth < 20; nth += 1) {
      const { rows } = await pool.query<{ result: string }>(
        `select result from run_command_on_workers($$
           select count(*) from (
             select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and query like 'call %fold_slices_here%' and state = 'active' and pid <> pg_backend_pid()
           ) t
         $$)`,
      );
      ended += rows.reduce((sum, { result }) => sum + Number(result), 0);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await Promise.all(writers.map((writer) => writer.stop()));
    expect(await folder.stop()).toBeGreaterThan(0);
    expect(ended).toBeGreaterThan(0);
    await foldCluster(pool);
    expect(await differences()).toEqual([]);
  }, 120_000);
});
