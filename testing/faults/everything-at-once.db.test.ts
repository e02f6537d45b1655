import { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import { expect, test } from "vitest";
import { askOracle } from "../oracle/ask-oracle.ts";
import { compareClient } from "../oracle/compare-client.ts";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import type { EntityQuestion } from "../oracle/entity-question.ts";
import { countDeadlocks } from "./count-deadlocks.ts";
import { scaled } from "./fault-scale.ts";
import { findDifferences } from "./find-differences.ts";
import { createRandomViews, writeSomething } from "./host-writes.ts";
import { inOneSnapshot } from "./in-one-snapshot.ts";
import { withClient } from "./with-client.ts";

const seconds = scaled(30);
const all = { date_from: "2024-01-01", date_to: "2026-12-31" };
const month = { date_from: "2026-01-10", date_to: "2026-02-10" };

test(`8 writers, 5 folders, readers and a rebuild at once for ${seconds} s: no deadlock, and every snapshot is exact`, {
  timeout: 900_000,
}, async () => {
  await using database = await createInstalledDatabase("at once", { timeZone: "Europe/Berlin" });
  const { pool, url } = database;
  await createRandomViews(pool);
  // more may be pending than an answer takes in by default
  await pool.query("update analytics_settings set max_pending_for_live = 1000000");
  const analytics = new AnalyticsClient({ connectionString: url });
  const end = Date.now() + seconds * 1000;
  const repeat = async (work: () => Promise<void>): Promise<number> => {
    let times = 0;
    for (; Date.now() < end; times++) await work();
    return times;
  };

  const writers = Array.from({ length: 8 }, () =>
    withClient(pool, (client) => repeat(() => writeSomething(client))),
  );
  const folders = [
    repeat(async () => void (await analytics.aggregate())),
    repeat(async () => void (await analytics.aggregate())),
    repeat(async () => void (await pool.query("select fold_page_view_changes(100)"))),
    repeat(async () => void (await pool.query("select fold_page_view_changes(100, 2)"))),
    repeat(async () => void (await pool.query("select fold_page_view_changes(20, 8)"))),
  ];
  const rebuilds = repeat(async () => {
    await analytics.rebuild(Math.random() < 0.5 ? all : month);
  });
  const readers = [
    repeat(async () => expect(await compareRollups(pool)).toEqual([])),
    repeat(async () => expect(await findWrongAnswers(pool)).toEqual([])),
    repeat(async () => {
      const entity = { entity_type: "article", entity_id: null };
      await analytics.getTimeSeries({ ...entity, ...month, period: "weekly" });
      await analytics.getVisitors({ ...entity, ...month });
    }),
  ];
  const times = await Promise.all([...writers, ...folders, rebuilds, ...readers]);
  expect(Math.min(...times)).toBeGreaterThan(0);

  expect(await findDifferences(pool)).toEqual([]);
  await analytics.close();
  expect(await countDeadlocks(pool, url)).toBe(0);
});

// What is committed and not folded is in the answers as well.
function findWrongAnswers(pool: Pool): Promise<unknown[]> {
  return inOneSnapshot(pool, async ({ client, analytics }) => {
    const question: EntityQuestion = {
      entity_type: "article",
      entity_id: null,
      ...month,
      period: "weekly",
      sort: "visit_count",
      limit: 500,
    };
    return compareClient(analytics, question, await askOracle(client, question));
  });
}
