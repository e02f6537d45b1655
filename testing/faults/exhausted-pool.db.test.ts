import { AnalyticsClient } from "@headcount/core";
import { expect, test } from "vitest";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { findDifferences } from "./find-differences.ts";
import { addRandomViews, createRandomViews } from "./host-writes.ts";
import { openHostPool } from "./open-host-pool.ts";

const entity = { entity_type: "article", entity_id: null };
const all = { date_from: "2025-12-01", date_to: "2026-04-01" };

test("a pool of one connection serves every call, one after the other", async () => {
  await using database = await createInstalledDatabase("pool of one");
  await createRandomViews(database.pool);
  await addRandomViews(database.pool, 3000);
  await using host = openHostPool(database.url, { max: 1 });
  const analytics = new AnalyticsClient({ pool: host });
  const { signal } = new AbortController();
  const calls = [1, 2, 3].flatMap(() => [
    analytics.aggregate({ signal }),
    analytics.rebuild(all),
    analytics.getTimeSeries({ ...entity, ...all }, { signal }),
    analytics.getVisitors({ ...entity, ...all }),
  ]);
  expect(await Promise.all(calls)).toHaveLength(12);
  expect(await findDifferences(database.pool)).toEqual([]);
});

test("a call that waits for a connection ends when it is aborted, and the pool is as good as before", async () => {
  await using database = await createInstalledDatabase("exhausted pool");
  await createRandomViews(database.pool);
  await addRandomViews(database.pool, 100);
  await using host = openHostPool(database.url, { max: 1 });
  const analytics = new AnalyticsClient({ pool: host });
  await analytics.getTimeSeries(entity);
  const taken = await host.connect();
  try {
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = [
      analytics.getTimeSeries(entity, { signal }),
      analytics.getVisitors(entity, { signal }),
      analytics.aggregate({ signal }),
      analytics.rebuild(all, { signal }),
    ].map((call) => call.catch((error: unknown) => error));
    await expect.poll(() => host.waitingCount).toBe(waiting.length);
    controller.abort();
    for (const error of await Promise.all(waiting)) {
      expect(error).toMatchObject({ code: "aborted" });
    }
  } finally {
    taken.release();
  }
  expect(await analytics.aggregate()).toMatchObject({ folded_changes: 100 });
  expect(await findDifferences(database.pool)).toEqual([]);
});

test("the pool's own time limit for a connection is reported", async () => {
  await using database = await createInstalledDatabase("pool time limit");
  await createRandomViews(database.pool);
  await addRandomViews(database.pool, 100);
  await using host = openHostPool(database.url, { max: 1, connectionTimeoutMillis: 2000 });
  const taken = await host.connect();
  try {
    await expect(new AnalyticsClient({ pool: host }).aggregate()).rejects.toMatchObject({
      code: "database",
      message: expect.stringMatching(/^The database could not be reached: timeout exceeded/),
    });
  } finally {
    taken.release();
  }
  expect(await new AnalyticsClient({ pool: host }).aggregate()).toMatchObject({
    folded_changes: 100,
  });
  expect(await findDifferences(database.pool)).toEqual([]);
});
