import { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import { expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { foldEverything } from "../oracle/fold-everything.ts";
import { findDifferences } from "./find-differences.ts";
import { addRandomViews, createRandomViews } from "./host-writes.ts";
import { openHostPool } from "./open-host-pool.ts";
import { withClient } from "./with-client.ts";

// The rollups take their time, row by row, so that how long a batch takes is not a question of the machine.
function slowDown(pool: Pool, seconds: number): Promise<unknown> {
  return pool.query(`
    create or replace function take_time() returns trigger language plpgsql as $$
      begin perform pg_sleep(${seconds}); return new; end $$;
    create or replace trigger take_time before insert or update on analytics_entity_visitors
      for each row execute function take_time()`);
}

test("where the host's statement_timeout is shorter than a batch takes, smaller ones are folded", async () => {
  await using database = await createInstalledDatabase("short statements");
  const { pool, url } = database;
  await createRandomViews(pool);
  await addRandomViews(pool, 400);
  await slowDown(pool, 0.01);
  await using host = openHostPool(url, { options: "-c statement_timeout=2s" });
  const { folded_changes, batches } = await new AnalyticsClient({ pool: host }).aggregate();
  expect(folded_changes).toBe(400);
  expect(batches).toBeGreaterThan(1);
  expect(await findDifferences(pool)).toEqual([]);
});

test("where it is shorter than the smallest takes, the call fails, and nothing is half done", async () => {
  await using database = await createInstalledDatabase("statement timeout");
  const { pool } = database;
  await createRandomViews(pool);
  await addRandomViews(pool, 200);
  await slowDown(pool, 0.02);
  await using host = openHostPool(database.url, { options: "-c statement_timeout=300ms" });
  const hasty = new AnalyticsClient({ pool: host });
  await expect(hasty.aggregate()).rejects.toMatchObject({
    code: "database",
    message: "The database answered: canceling statement due to statement timeout.",
    cause: { code: "57014" },
  });
  expect(await compareRollups(pool)).toEqual([]);
  await foldEverything(pool);
  const all = { date_from: "2025-01-01", date_to: "2027-01-01" };
  await expect(hasty.rebuild(all)).rejects.toMatchObject({ cause: { code: "57014" } });
  expect(await compareRollups(pool)).toEqual([]);
  await pool.query("drop trigger take_time on analytics_entity_visitors");
  expect(await findDifferences(pool)).toEqual([]);
});

test("the host's lock_timeout fails a call while page views are locked, and the next one goes on", async () => {
  await using database = await createInstalledDatabase("lock timeout");
  const { pool } = database;
  await createRandomViews(pool);
  await addRandomViews(pool, 500);
  await using host = openHostPool(database.url, { options: "-c lock_timeout=20ms" });
  const impatient = new AnalyticsClient({ pool: host });
  await withClient(pool, async (client) => {
    await client.query("begin; lock table page_views in access exclusive mode");
    const expected = {
      code: "database",
      message: "The database answered: canceling statement due to lock timeout.",
      cause: { code: "55P03" },
    };
    await expect(impatient.aggregate()).rejects.toMatchObject(expected);
    await expect(
      impatient.getVisitors({ entity_type: "article", entity_id: null }),
    ).rejects.toMatchObject(expected);
    await client.query("commit");
  });
  expect(await impatient.aggregate()).toMatchObject({ folded_changes: 500 });
  expect(await findDifferences(pool)).toEqual([]);
});

test("a lock that is given back within a few tries is not noticed", async () => {
  await using database = await createInstalledDatabase("short lock");
  const { pool } = database;
  await createRandomViews(pool);
  await addRandomViews(pool, 500);
  await using host = openHostPool(database.url, { options: "-c lock_timeout=400ms" });
  const impatient = new AnalyticsClient({ pool: host });
  await withClient(pool, async (client) => {
    await client.query("begin; lock table page_views in access exclusive mode");
    const folding = impatient.aggregate();
    await client.query("select pg_sleep(0.5)");
    await client.query("commit");
    expect(await folding).toMatchObject({ folded_changes: 500 });
  });
  expect(await findDifferences(pool)).toEqual([]);
});

test("writers with a lock_timeout are not held up by folding and rebuilding", async () => {
  await using database = await createInstalledDatabase("impatient writers");
  const { pool, url } = database;
  await createRandomViews(pool);
  await addRandomViews(pool, 5000);
  await using writers = openHostPool(url, { options: "-c lock_timeout=500ms" });
  const analytics = new AnalyticsClient({ pool });
  const aggregating = Promise.all([
    analytics.aggregate(),
    analytics.rebuild({ date_from: "2025-01-01", date_to: "2027-01-01" }),
  ]);
  for (let n = 0; n < 20; n++) await addRandomViews(writers, 10);
  await aggregating;
  expect(await findDifferences(pool)).toEqual([]);
});
