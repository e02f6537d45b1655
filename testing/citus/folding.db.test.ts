import { AnalyticsClient } from "@headcount/core";
import { migrate } from "@headcount/migrations";
import { describe, expect, test } from "vitest";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { createEmptyClusterDatabase } from "./create-cluster-database.ts";
import { foldSlice, slicesOf } from "./fold-cluster.ts";
import { addViews, hostTable } from "./host-page-views.ts";

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("folding all slices of a cluster", () => {
  test("folding what is pending ends, however many views come in the meantime", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    await pool.query(hostTable("bigint", "bigint"));
    await pool.query("select create_distributed_table('page_views', 'entity_id')");
    await migrate({ pool });
    await addViews(pool, 100);
    const client = new AnalyticsClient({ pool });
    const ended = new AbortController();
    const writing = (async () => {
      while (!ended.signal.aborted) await addViews(pool, 10);
    })();
    const folding = client.aggregate().finally(() => ended.abort());
    const [{ folded_changes }] = await Promise.all([folding, writing]);
    expect(folded_changes).toBeGreaterThanOrEqual(100);
    await client.aggregate();
    expect(await client.getStatus()).toMatchObject({ pending_changes: 0 });
  });

  test("folding what is pending folds all of it, however many batches of one slice that is", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    await pool.query(hostTable("bigint", "bigint"));
    await pool.query("select create_distributed_table('page_views', 'entity_id')");
    // sessions of one slice, which are handed on to it when the history was read in
    await pool.query(
      `insert into page_views (entity_type, entity_id, session_id, viewed_at)
       select 'article', 1, n.n, timestamptz '2026-03-02 12:00Z'
       from generate_series(1, 1200000) n (n)
       where get_shard_id_for_distribution_column('page_views', n.n) = get_shard_id_for_distribution_column('page_views', 1)
       limit 250000`,
    );
    await migrate({ pool });
    const client = new AnalyticsClient({ pool });
    expect((await client.getStatus()).pending_changes).toBe(250_000);
    await client.aggregate();
    expect(await client.getStatus()).toMatchObject({ pending_changes: 0 });
  }, 600_000);

  test("what is on its way between slices is pending until it is folded where it belongs", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    await pool.query(hostTable("bigint", "bigint"));
    await pool.query("select create_distributed_table('page_views', 'entity_id')");
    await migrate({ pool });
    await addViews(pool, 100);
    const client = new AnalyticsClient({ pool });
    const pending = async (): Promise<number> => (await client.getStatus()).pending_changes;
    const foldAll = async (step: "entities" | "fetch" | "sessions"): Promise<void> => {
      for (const slice of await slicesOf(pool)) await foldSlice(pool, slice, step);
    };
    expect(await pending()).toBe(100);
    await foldAll("entities");
    expect(await pending()).toBe(100);
    await foldAll("fetch");
    expect(await pending()).toBe(100);
    await foldAll("sessions");
    // seven sessions that went on after one view, each entry of them somewhere
    expect(await pending()).toBeGreaterThanOrEqual(7);
    await foldAll("fetch");
    expect(await pending()).toBeGreaterThanOrEqual(7);
    await foldAll("entities");
    expect(await pending()).toBe(0);
  });
});
