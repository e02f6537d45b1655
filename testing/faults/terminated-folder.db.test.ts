import { setTimeout } from "node:timers/promises";
import { AnalyticsClient } from "@headcount/core";
import { expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { scaled } from "./fault-scale.ts";
import { findAggregatingBackend } from "./find-aggregating-backend.ts";
import { findDifferences } from "./find-differences.ts";
import { addRandomViews, createRandomViews, writeSomething } from "./host-writes.ts";
import { openHostPool } from "./open-host-pool.ts";
import { withClient } from "./with-client.ts";

const terminations = scaled(50);
const all = { date_from: "2024-01-01", date_to: "2026-12-31" };

test(`a folding or rebuilding backend that is terminated ${terminations} times leaves nothing half done, and the next call goes on`, {
  timeout: 900_000,
}, async () => {
  await using database = await createInstalledDatabase("terminated");
  const { pool, url } = database;
  await createRandomViews(pool);
  await using folders = openHostPool(url, { application_name: "folder", max: 2 });
  const analytics = new AnalyticsClient({ pool: folders });

  const done = { folds: 0, rebuilds: 0 };
  while (done.folds + done.rebuilds < terminations) {
    await addRandomViews(pool, 700);
    await withClient(pool, writeSomething);
    const work = done.folds > done.rebuilds ? "rebuilds" : "folds";
    const call = work === "folds" ? analytics.aggregate() : analytics.rebuild(all);
    const outcome = call.then(
      () => "done",
      (error: unknown) => error,
    );
    const pid = await findAggregatingBackend(pool, "folder", call);
    await setTimeout(Math.random() * 40);
    await pool.query("select pg_terminate_backend($1)", [pid]);
    const ended = await outcome;
    if (ended === "done") continue;
    expect(ended).toMatchObject({ name: "AnalyticsError", code: "database" });
    done[work] += 1;
    expect(await compareRollups(pool)).toEqual([]);
  }
  expect(await analytics.aggregate()).toMatchObject({ folded_changes: expect.any(Number) });
  expect(await findDifferences(pool)).toEqual([]);
});
