import { setTimeout } from "node:timers/promises";
import { AnalyticsClient } from "@headcount/core";
import { expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { scaled } from "./fault-scale.ts";
import { findDifferences } from "./find-differences.ts";
import { addRandomViews, createRandomViews, writeSomething } from "./host-writes.ts";
import { withClient } from "./with-client.ts";

const rounds = scaled(30);
const secondsBetween = 4;

test(`with two transactions left open for ${rounds * secondsBetween} s, later writes are folded at once, and the open one's views after its commit`, {
  timeout: 300_000,
}, async () => {
  await using database = await createInstalledDatabase("open transaction");
  const { pool } = database;
  await createRandomViews(pool);
  await addRandomViews(pool, 500);
  const analytics = new AnalyticsClient({ pool });

  await withClient(pool, (reader) =>
    withClient(pool, async (writer) => {
      await reader.query("begin isolation level repeatable read; select from page_views limit 1");
      // Its changes are the oldest in the queue, and nobody sees them yet.
      await writer.query("begin");
      await addRandomViews(writer, 300);

      for (let round = 0; round < rounds; round++) {
        await addRandomViews(pool, 200);
        for (let n = 0; n < 5; n++) await withClient(pool, writeSomething);
        await analytics.aggregate();
        const { rows } = await pool.query("select count(*)::int as pending from page_view_changes");
        expect(rows).toEqual([{ pending: 0 }]);
        await setTimeout(secondsBetween * 1000);
      }
      expect(await compareRollups(pool)).toEqual([]);

      await writer.query("commit");
      expect(await analytics.aggregate()).toMatchObject({ folded_changes: 300 });
      await reader.query("rollback");
    }),
  );
  expect(await findDifferences(pool)).toEqual([]);
});
