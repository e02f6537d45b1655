import { AnalyticsClient } from "@headcount/core";
import { checkInstallation, getStatus, migrate, uninstall } from "@headcount/migrations";
import { Pool } from "pg";
import { describe, expect, test } from "vitest";
import { createDocumentedRoles } from "../documented-roles.ts";
import type { TestDatabase } from "../test-database.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { createEmptyClusterDatabase } from "./create-cluster-database.ts";

const entity = {
  entity_type: "article",
  entity_id: "00000000-0000-4000-8000-000000000001",
};

/** Page views are collected, folded and read, and nothing is wrong. */
async function works({ pool }: TestDatabase): Promise<void> {
  const client = new AnalyticsClient({ pool });
  const before = (await client.getTimeSeries(entity)).totals.views;
  await client.trackPageViews([entity, { ...entity, session_id: entity.entity_id }]);
  await client.aggregate();
  expect((await client.getTimeSeries(entity)).totals.views).toBe(before + 2);
  expect(await client.verify()).toMatchObject({ differences: 0 });
  expect((await client.getStatus()).capture.faults).toEqual([]);
  expect((await checkInstallation({ pool })).faults).toEqual([]);
  expect(await getStatus({ pool })).toMatchObject({ up_to_date: true });
}

/** What is of ours on each server. */
async function left({ pool }: TestDatabase): Promise<string[]> {
  const { rows } = await pool.query<{ result: string }>(
    `select distinct result from run_command_on_all_nodes($$
       select coalesce(string_agg(o.name, ', ' order by o.name), '') from (
         select nspname::text as name from pg_namespace where nspname ~ '^headcount'
         union all
         select tgrelid::regclass || ' ' || tgname from pg_trigger where tgname ~ 'headcount'
       ) o
     $$)`,
  );
  return rows.map(({ result }) => result);
}

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("an installation on a cluster", () => {
  test("is made once where two run at once", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    const runs = await Promise.all([migrate({ pool }), migrate({ pool }), migrate({ pool })]);
    expect(runs.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
    await works(database);
  });

  test("is finished by the next run where one was cut off", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    let cut = 0;
    for (let ms = 40; ; ms *= 1.3) {
      const its = new Pool({ connectionString: database.url, application_name: "cut off" });
      its.on("error", () => undefined);
      const run = migrate({ pool: its }).then(
        () => "done",
        (error: unknown) => error,
      );
      await new Promise((resolve) => setTimeout(resolve, ms));
      await pool.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut off' and datname = current_database()",
      );
      const outcome = await run;
      await its.end();
      if (outcome === "done") break;
      cut += 1;
    }
    expect(cut).toBeGreaterThan(4);
    await migrate({ pool });
    await works(database);
  }, 120_000);

  test("is taken out with all that it has on other servers", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    await migrate({ pool });
    await works(database);
    expect((await left(database)).join(" ")).toMatch(/headcount_\d+.*headcount_capture_insert/);
    // which would make a slice that is gone
    const worker = new AnalyticsClient({ pool }).startAggregating({
      intervalMs: 50,
      onError: () => undefined,
    });
    const { message } = await uninstall({ pool }).then(
      () => new Error("It is taken out."),
      (error: unknown) => error as Error,
    );
    const statements = message.match(/[A-Z]+ [^;]+;/g) ?? [];
    expect(statements).toHaveLength(3);
    for (const statement of statements) {
      await pool.query(statement.replace(/^.*is taken out by: /, ""));
    }
    await worker.stop();
    expect(await left(database)).toEqual([""]);
    expect((await pool.query("select from page_views")).rowCount).toBe(2);
    await migrate({ pool });
    await works(database);
  });

  test("goes on with a server that is added, and shards that move there", async () => {
    await using database = await createEmptyClusterDatabase();
    const { pool } = database;
    const { rows: nodes } = await pool.query<{ host: string; port: number }>(
      "select nodename::text as host, nodeport as port from pg_dist_node where groupid <> 0 order by nodeport desc limit 1",
    );
    const [added] = nodes;
    await pool.query("select citus_remove_node($1, $2)", [added?.host, added?.port]);
    await migrate({ pool });
    await works(database);
    await using roles = createDocumentedRoles(database);
    const folder = new AnalyticsClient({ pool: await roles.connectAs("headcount_cluster_folder") });
    const reader = new AnalyticsClient({
      pool: await roles.connectAs("headcount_cluster_series_reader"),
    });
    await pool.query("select citus_add_node($1, $2)", [added?.host, added?.port]);
    await works(database);
    await pool.query("select rebalance_table_shards(shard_transfer_mode => 'block_writes')");
    const { rows } = await pool.query(
      "select from pg_dist_placement p join pg_dist_shard s using (shardid) join pg_dist_node n using (groupid) where s.logicalrelid = 'page_views'::regclass and n.nodeport = $1",
      [added?.port],
    );
    expect(rows).toHaveLength(2);
    const entities = Array.from({ length: 20 }, (_, nth) => ({
      ...entity,
      entity_id: `00000000-0000-4000-8000-0000000001${String(nth).padStart(2, "0")}`,
    }));
    await new AnalyticsClient({ pool }).trackPageViews(entities);
    for (const its of entities) {
      expect((await reader.getTimeSeries(its)).totals.views).toBe(1);
    }
    expect(await folder.aggregate()).toMatchObject({ folded_changes: 20 });
    await migrate({ pool });
    await works(database);
  }, 60_000);
});
