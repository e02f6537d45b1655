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

  /** Sessions that come and go at many entities, until it is said to stop. */
  function write(seed: number): { stop(): Promise<number> } {
    const stopping = new AbortController();
    let statements = 0;
    const writing = (async () => {
      for (let nth = seed; !stopping.signal.aborted; nth += 7) {
        await pool.query(
          `insert into page_views (entity_type, entity_id, session_id, viewed_at)
           select 'article', ($1 + n) % 23, ($1 * 3 + n) % 17, timestamptz '2026-03-02 00:00Z' + (($1 * 977 + n * 61) % 500000) * interval '1 second'
           from generate_series(1, 5) n`,
          [nth],
        );
        await pool.query("delete from page_views where entity_id = $1 and id % 3 = 0", [nth % 23]);
        statements += 2;
      }
      return statements;
    })();
    return {
      stop: () => {
        stopping.abort();
        return writing;
      },
    };
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

  async function move(slice: number, mode: "block_writes" | "auto"): Promise<void> {
    // what an earlier move left behind may be in use for a moment, by VACUUM for one
    await expect
      .poll(async () => {
        await pool.query("call citus_cleanup_orphaned_resources()");
        const { rows } = await pool.query("select from pg_dist_cleanup");
        return rows.length;
      })
      .toBe(0);
    await pool.query(
      `select citus_move_shard_placement($1::bigint, h.nodename::text, h.nodeport, t.nodename::text, t.nodeport, $2::citus.shard_transfer_mode)
       from pg_dist_placement p
       join pg_dist_node h on h.groupid = p.groupid
       join lateral (
         select n.nodename, n.nodeport from pg_dist_node n where n.shouldhaveshards and n.groupid <> p.groupid limit 1
       ) t on true
       where p.shardid = $1`,
      [slice, mode],
    );
  }

  test("nothing is lost or counted twice of what is written and folded while a shard goes to another server and back", async () => {
    const [slice = 0] = await slicesOf(pool);
    const writers = [write(1), write(2)];
    const folder = fold();
    for (const mode of ["block_writes", "auto"] as const) {
      await move(slice, mode);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    const statements = await Promise.all(writers.map((writer) => writer.stop()));
    expect(await folder.stop()).toBe(0);
    expect(Math.min(...statements)).toBeGreaterThan(4);
    await foldCluster(pool);
    expect(await differences()).toEqual([]);
  }, 180_000);

  test("what is written to a shard that has moved waits in its queue until it is folded where it is", async () => {
    const [slice = 0] = await slicesOf(pool);
    await move(slice, "block_writes");
    const writer = write(5);
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
    const writers = [write(1), write(3)];
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
