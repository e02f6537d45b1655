import { AnalyticsClient } from "@headcount/core";
import { type MigrationProgress, migrate } from "@headcount/migrations";
import type { Pool } from "pg";
import { describe, expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { copyIntoMirror } from "./copy-into-mirror.ts";
import { createHostClusterDatabase } from "./create-cluster-database.ts";
import { foldCluster, slicesOf } from "./fold-cluster.ts";

const ids = {
  timeZone: "Asia/Kathmandu",
  entityId: "bigint",
  accountId: "text",
  sessionId: "bigint",
} as const;

skipWithoutCluster();

/** Views of forty entities in sessions that go on after a while. */
const view = (pool: Pool, from: number, to: number): Promise<unknown> =>
  pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
     select 'listing', 1 + n % 40, 'a' || nullif(n % 7, 0), n % 211, timestamptz '2026-03-01 12:00Z' + n * interval '10 minutes', n % 60
     from generate_series($1::integer, $2) n`,
    [from, to],
  );

/** Views that come and go, until it is said to stop; returns how many statements that were. */
function write(pool: Pool): { stop(): Promise<number> } {
  const stopping = new AbortController();
  let statements = 0;
  const writing = (async () => {
    for (let nth = 0; !stopping.signal.aborted; nth += 1, statements += 4) {
      await view(pool, 3001 + nth * 20, 3020 + nth * 20);
      await pool.query("delete from page_views where entity_id = $1 and time_on_page < 20", [
        1 + (nth % 40),
      ]);
      await pool.query("delete from page_views where session_id = $1", [nth % 211]);
      await pool.query(
        "update page_views set session_id = session_id + 1 where entity_id = $1 and session_id % 5 = 0",
        [1 + (nth % 40)],
      );
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

async function differences(pool: Pool): Promise<unknown[]> {
  await using mirrored = await createInstalledDatabase("history on citus", ids);
  const mirror = await mirrored.pool.connect();
  try {
    await copyIntoMirror(pool, mirror);
    return await compareRollups(mirror);
  } finally {
    mirror.release();
  }
}

describe.runIf(clusterUrl !== undefined)("page views that are there before Headcount", () => {
  test("are read in while others are written, on all servers, and nothing of them is queued", async () => {
    await using database = await createHostClusterDatabase(ids);
    const { pool } = database;
    await view(pool, 1, 3000);
    const writer = write(pool);
    const progress: MigrationProgress[] = [];
    await migrate({
      pool,
      timeZone: ids.timeZone,
      concurrency: 2,
      onProgress: (step) => progress.push(step),
    });
    expect(await writer.stop()).toBeGreaterThan(4);
    const read = progress.filter((step) => step.kind === "history_read");
    for (const phase of ["sessions", "entities"]) {
      const last = read.findLast((step) => step.phase === phase);
      expect(last).toMatchObject({ estimated_page_views: null });
      expect(last?.page_views).toBeGreaterThan(1500);
    }
    const client = new AnalyticsClient({ pool });
    // sessions are read again by the first folds
    expect(await client.verify()).toMatchObject({ differences: 0, listed: [] });
    await client.aggregate();
    expect(await client.getStatus()).toMatchObject({ pending_changes: 0, set_aside_changes: 0 });
    expect(await client.verify()).toMatchObject({ differences: 0, listed: [] });
    expect(await differences(pool)).toEqual([]);
    expect(await migrate({ pool })).toMatchObject({ applied: [] });
  }, 180_000);

  test("are read on where that was interrupted, while slices whose history is complete fold, and one goes elsewhere", async () => {
    await using database = await createHostClusterDatabase(ids);
    const { pool } = database;
    await view(pool, 1, 3000);
    const aborting = new AbortController();
    await expect(
      migrate({
        pool,
        timeZone: ids.timeZone,
        signal: aborting.signal,
        onProgress: ({ kind }) => {
          if (kind === "history_read") aborting.abort();
        },
      }),
    ).rejects.toMatchObject({ code: "aborted" });
    const client = new AnalyticsClient({ pool });
    await expect(client.aggregate()).rejects.toMatchObject({ code: "schema_out_of_date" });

    const writer = write(pool);
    const unread = async (): Promise<number> =>
      (await pool.query("select from headcount.unread_histories")).rowCount ?? 0;
    const slices = await slicesOf(pool);
    expect(await unread()).toBe(slices.length);
    let steps = 0;
    for (let left = slices.length; left === slices.length; left = await unread(), steps += 1) {
      await pool.query("select headcount.read_history_step(50)");
      await pool.query("select headcount.fold_slices(100, 1)");
      // as after a move of its shard
      const schema = `headcount_${slices[steps % slices.length]}`;
      await pool.query(`select run_command_on_workers($$
        do $do$ begin
          perform set_config('citus.enable_ddl_propagation', 'off', true);
          drop schema if exists ${schema} cascade;
        end $do$
      $$)`);
    }
    expect(steps).toBeGreaterThan(6);
    await migrate({ pool });
    expect(await writer.stop()).toBeGreaterThan(4);
    expect(await unread()).toBe(0);
    expect(await client.verify()).toMatchObject({ differences: 0, listed: [] });
    await foldCluster(pool);
    expect((await pool.query("select from headcount.set_aside_changes")).rowCount).toBe(0);
    expect(await client.verify()).toMatchObject({ differences: 0, listed: [] });
    expect(await differences(pool)).toEqual([]);
  }, 240_000);
});
