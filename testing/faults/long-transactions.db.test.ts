import { setTimeout } from "node:timers/promises";
import { AnalyticsClient } from "@headcount/core";
import { expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { copyInto } from "../oracle/copy-into.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { foldEverything } from "../oracle/fold-everything.ts";
import { testSearchPath } from "../postgres/test-search-path.ts";
import { scaled } from "./fault-scale.ts";
import { findDifferences } from "./find-differences.ts";
import { addRandomViews, createRandomViews, writeSomething } from "./host-writes.ts";
import { measurePeakMemory } from "./measure-peak-memory.ts";
import { openHostPool } from "./open-host-pool.ts";
import { withClient } from "./with-client.ts";

const batchSize = 20_000;
const inOneStatement = scaled(60_000);
const oneByOne = scaled(5000);
const edited = scaled(96_000);
const rounds = scaled(30);
const secondsBetween = 2;

test.concurrent(`${inOneStatement} page views in one statement are folded in batches`, {
  timeout: 900_000,
}, async () => {
  await using database = await createInstalledDatabase("one statement");
  const { pool } = database;
  await createRandomViews(pool);
  await addRandomViews(pool, inOneStatement);
  expect(await new AnalyticsClient({ pool }).aggregate()).toMatchObject({
    folded_changes: inOneStatement,
    batches: Math.ceil(inOneStatement / batchSize),
  });
  expect(await findDifferences(pool, 1)).toEqual([]);
});

test.concurrent(`${oneByOne} page views, each in a statement of its own`, {
  timeout: 900_000,
}, async () => {
  await using database = await createInstalledDatabase("one by one");
  const { pool } = database;
  await createRandomViews(pool);
  await withClient(pool, async (client) => {
    for (let view = 0; view < oneByOne; view++) await addRandomViews(client, 1);
  });
  const { folded_changes } = await new AnalyticsClient({ pool }).aggregate();
  expect(folded_changes).toBe(oneByOne);
  expect(await findDifferences(pool)).toEqual([]);
});

test.concurrent(`${inOneStatement} page views by COPY`, { timeout: 900_000 }, async () => {
  await using database = await createInstalledDatabase("copy");
  const { pool, url } = database;
  const rows = Array.from({ length: inOneStatement }, (_, nth) => {
    const id = (number: number): string =>
      `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
    const viewedAt = new Date(Date.UTC(2026, 0, 1) + nth * 50_000).toISOString();
    return `article\t${id(nth % 3)}\t${nth % 4 === 0 ? id(nth % 77) : "\\N"}\t${id(nth % 300)}\t${viewedAt}\n`;
  });
  const columns = "entity_type, entity_id, account_id, session_id, viewed_at";
  await copyInto(url, `page_views (${columns})`, rows.join(""));
  const { folded_changes } = await new AnalyticsClient({ pool }).aggregate();
  expect(folded_changes).toBe(inOneStatement);
  expect(await findDifferences(pool, 1)).toEqual([]);
});

test.concurrent(`an UPDATE of ${edited} page views is folded in batches, in no more memory than one of a third of them`, {
  timeout: 900_000,
}, async () => {
  await using database = await createInstalledDatabase("update of many");
  const { pool, url } = database;
  await createRandomViews(pool);
  for (let views = 0; views < edited; views += inOneStatement) {
    await addRandomViews(pool, Math.min(inOneStatement, edited - views));
  }
  const analytics = new AnalyticsClient({ pool });
  await analytics.aggregate();

  const edit = `with edited as (select id from page_views order by id limit $1)
    update page_views v set time_on_page = coalesce(v.time_on_page, 0) + 1 from edited e where e.id = v.id`;
  const peaks: number[] = [];
  for (const views of [edited / 3, edited]) {
    await pool.query(edit, [Math.round(views)]);
    await using folder = openHostPool(url, { max: 1 });
    await folder.query(`set search_path = ${testSearchPath}`);
    peaks.push(await measurePeakMemory(folder, () => foldEverything(folder, edited / 12)));
  }
  expect(peaks[1]).not.toBeGreaterThan(1.25 * (peaks[0] ?? 0));
  expect(await analytics.verify()).toMatchObject({ page_views: edited, listed: [] });
});

test.concurrent(`with two transactions left open for ${rounds * secondsBetween} s, later writes are folded at once, and the open one's views after its commit`, {
  timeout: 900_000,
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
