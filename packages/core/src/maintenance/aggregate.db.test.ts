import { expect, test } from "vitest";
import { compareRollups } from "../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import type { FoldProgress, RebuildProgress } from "../contract/aggregation.ts";

const everything = { date_from: "2020-01-01", date_to: "2030-12-31" };
const addViews = `
  insert into page_views (entity_type, entity_id, session_id, viewed_at)
  select 'listing', gen_random_uuid(), gen_random_uuid(), '2025-05-05T12:00:00Z' from generate_series(1, $1::int)`;

test("folding takes what is pending in batches, and a second call has nothing to do", async () => {
  await using database = await createInstalledDatabase("fold");
  const analytics = new AnalyticsClient({ pool: database.pool });
  await database.pool.query(addViews, [20_001]);
  expect(await analytics.aggregate()).toMatchObject({ folded_changes: 20_001, batches: 2 });
  expect(await analytics.aggregate()).toMatchObject({ folded_changes: 0, batches: 0 });
});

test("several connections fold everything once, sessions and entries too, and say how far they are", async () => {
  await using database = await createInstalledDatabase("fold in parallel");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await pool.query(addViews, [600]);
  // sessions that cross entities, so that they are of other slots
  await pool.query(
    `update page_views set session_id = md5((hashtext(entity_id::text) % 60)::text)::uuid`,
  );
  const progress: FoldProgress[] = [];
  const folded = await analytics.aggregate({
    concurrency: 3,
    onProgress: (step) => progress.push(step),
  });
  // each was added, taken away and added again
  expect(folded.folded_changes).toBe(1800);
  expect(progress.at(-1)).toMatchObject({ folded_changes: 1800, batches: folded.batches });
  const { pending_changes } = await analytics.getStatus();
  expect(pending_changes).toBe(0);
  const { rows } = await pool.query("select count(*)::int as left from entry_changes");
  expect(rows).toEqual([{ left: 0 }]);
  expect(await compareRollups(pool)).toEqual([]);
});

test("many at once fold everything once, and each ends when what was pending is folded", async () => {
  await using database = await createInstalledDatabase("fold at once");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await pool.query(addViews, [3000]);
  const pendingAtEnd = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const { folded_changes } = await analytics.aggregate();
      const { rows } = await pool.query("select count(*)::int as pending from page_view_changes");
      return { folded_changes, ...rows[0] } as { folded_changes: number; pending: number };
    }),
  );
  expect(pendingAtEnd.map(({ pending }) => pending)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(pendingAtEnd.reduce((sum, { folded_changes }) => sum + folded_changes, 0)).toBe(3000);
  const { rows } = await pool.query(
    "select sum(total_views)::int as views from analytics_aggregates where hour is null",
  );
  expect(rows).toEqual([{ views: 3000 }]);
});

test("a fold waits for another who is folding, and ends when the signal says so", async () => {
  await using database = await createInstalledDatabase("fold waits");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await pool.query(addViews, [1]);
  const other = await pool.connect();
  try {
    await other.query("begin");
    await other.query("select from analytics_slots for no key update");
    const controller = new AbortController();
    const waiting = analytics.aggregate({ signal: controller.signal });
    setTimeout(() => controller.abort(), 120);
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
    const folding = analytics.aggregate();
    await other.query("commit");
    expect(await folding).toMatchObject({ folded_changes: 1 });
  } finally {
    other.release();
  }
});

test("folding is READ COMMITTED whatever the host's default", async () => {
  await using database = await createInstalledDatabase("isolation");
  const { pool } = database;
  const { rows } = await pool.query<{ name: string }>("select current_database() as name");
  await pool.query(
    `alter database "${rows[0]?.name}" set default_transaction_isolation = 'serializable'`,
  );
  await using analytics = new AnalyticsClient({ connectionString: database.url });
  await pool.query(addViews, [2000]);
  const results = await Promise.all(Array.from({ length: 4 }, () => analytics.aggregate()));
  expect(results.reduce((sum, { folded_changes }) => sum + folded_changes, 0)).toBe(2000);
});

test("a rebuild fixes rollups that were changed by hand, and reports how far it is", async () => {
  await using database = await createInstalledDatabase("rebuild");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await pool.query(addViews, [50]);
  await analytics.aggregate();
  await pool.query("delete from analytics_days");
  const progress: RebuildProgress[] = [];
  const result = await analytics.rebuild(everything, {
    onProgress: (step) => progress.push(step),
  });
  expect(result).toEqual({
    rebuilt_page_views: 50,
    steps: progress.length,
    duration_ms: expect.any(Number),
  });
  expect(progress.findLast(({ phase }) => phase === "sessions")).toMatchObject({
    page_views: 50,
    entity_type: null,
  });
  expect(progress.at(-1)).toEqual({
    phase: "entities",
    page_views: 50,
    estimated_page_views: expect.any(Number),
    elapsed_ms: expect.any(Number),
    entity_type: "listing",
    entity_id: expect.any(String),
  });
  const { rows } = await pool.query(
    "select sum(total_views)::int as views from analytics_aggregates where hour is null",
  );
  expect(rows).toEqual([{ views: 50 }]);
});

test("what is pending is folded by a rebuild, which says what ends it where it would lose something", async () => {
  await using database = await createInstalledDatabase("rebuild pending");
  const analytics = new AnalyticsClient({ pool: database.pool });
  await database.pool.query(addViews, [10]);
  expect(await analytics.rebuild(everything)).toMatchObject({ rebuilt_page_views: 10 });
  expect(await analytics.aggregate()).toMatchObject({ folded_changes: 0 });

  await database.pool.query(`
    update page_views set viewed_at = viewed_at + interval '1 year';
    alter table page_views disable trigger user;
    update page_views set viewed_at = '2020-01-01 12:00Z';
    alter table page_views enable trigger user`);
  await expect(
    analytics.rebuild({ date_from: "2020-01-01", date_to: "2020-01-01" }),
  ).rejects.toThrow(
    /would lose\. What is stored is kept as it is\. To lose it, .* name all dates: select .*\.$/,
  );
});

test("a rebuild passes on what onProgress throws, and stops", async () => {
  await using database = await createInstalledDatabase("rebuild stopped");
  const analytics = new AnalyticsClient({ pool: database.pool });
  await database.pool.query(addViews, [1]);
  const onProgress = (): void => {
    throw new RangeError("enough");
  };
  await expect(analytics.rebuild(everything, { onProgress })).rejects.toThrow(RangeError);
});
