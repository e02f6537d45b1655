import { AnalyticsClient } from "@headcount/core";
import { escapeLiteral, type Pool } from "pg";
import { expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { findPostgresBinaries } from "../postgres/postgres-binaries.ts";
import { startPostgres } from "../postgres/start-postgres.ts";
import { testSearchPath } from "../postgres/test-search-path.ts";
import { findDifferences } from "./find-differences.ts";
import { addRandomViews, createRandomViews } from "./host-writes.ts";
import { openHostPool } from "./open-host-pool.ts";

const rebuild = "select aggregate_page_views(null, null)";

test("what a session in the role of a replica writes is not counted until a rebuild, and is found by comparing", async () => {
  await using database = await createInstalledDatabase("replica role");
  const { pool, url } = database;
  await createRandomViews(pool);
  await using replica = openHostPool(url, { options: "-c session_replication_role=replica" });
  await addRandomViews(replica, 50);
  expect(await new AnalyticsClient({ pool }).aggregate()).toMatchObject({ folded_changes: 0 });
  expect(await compareRollups(pool)).not.toEqual([]);
  await pool.query(rebuild);
  expect(await findDifferences(pool)).toEqual([]);
});

test.runIf(findPostgresBinaries(18))(
  "what logical replication brings is not counted until a rebuild, whatever the triggers are enabled for; its source counts",
  { timeout: 900_000 },
  async () => {
    await using server = await startLogicalServer();
    await using source = await createInstalledDatabase("source", { serverUrl: server.url });
    await using target = await createInstalledDatabase("target", { serverUrl: server.url });
    await createRandomViews(source.pool);
    await addRandomViews(source.pool, 50);
    await subscribe(source.url, source.pool, target.pool);
    await untilViews(target.pool, 50);
    await addRandomViews(source.pool, 50);
    await untilViews(target.pool, 100);
    expect(await findDifferences(source.pool)).toEqual([]);

    const analytics = new AnalyticsClient({ pool: target.pool });
    await target.pool.query(
      "alter table page_views enable always trigger headcount_capture_insert",
    );
    await addRandomViews(source.pool, 50);
    await untilViews(target.pool, 150);
    expect(await analytics.aggregate()).toMatchObject({ folded_changes: 0 });
    await target.pool.query(rebuild);
    expect(await findDifferences(target.pool)).toEqual([]);
    await target.pool.query("drop subscription views");
  },
);

async function startLogicalServer(): Promise<{ url: string } & AsyncDisposable> {
  const { url, stop } = await startPostgres({
    settings: { wal_level: "logical", search_path: testSearchPath },
  });
  return { url, [Symbol.asyncDispose]: stop };
}

// The slot is made apart: on one server, a subscription that makes it would wait for itself.
async function subscribe(url: string, source: Pool, target: Pool): Promise<void> {
  await source.query("create publication views for table page_views");
  await source.query("select pg_create_logical_replication_slot('views', 'pgoutput')");
  await target.query(
    `create subscription views connection ${escapeLiteral(url)} publication views with (create_slot = false)`,
  );
}

async function untilViews(pool: Pool, views: number): Promise<void> {
  const count = async (): Promise<unknown> =>
    (await pool.query("select count(*)::int as views from page_views")).rows;
  await expect.poll(count, { timeout: 60_000, interval: 50 }).toEqual([{ views }]);
}
