import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addViews } from "../../../../../testing/oracle/add-views.ts";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import { forgetHistory, readHistoryStep } from "../../../../../testing/oracle/read-history-step.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

const views = 150;
const stepLimit = 30;

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("history", { timeZone: "America/Havana" });
});

afterAll(() => database.drop());

beforeEach(async () => {
  await database.pool.query("truncate page_views");
  await addViews(database.pool, views);
  await foldEverything(database.pool);
  await forgetHistory(database.pool);
});

const read = (): Promise<boolean> => readHistoryStep(database.pool, stepLimit);

/** By several at the same time. */
async function readTheRest(): Promise<void> {
  const reading = async (): Promise<void> => {
    while (!(await read()));
  };
  await Promise.all([reading(), reading(), reading()]);
}

/** Reads the rest, and folds what is pending by then: how many changes that was, and what differs from the oracle. */
async function finish(): Promise<{ pending: number; differences: unknown[] }> {
  await readTheRest();
  const { rowCount } = await database.pool.query("select from page_view_changes");
  await foldEverything(database.pool);
  return { pending: rowCount ?? 0, differences: await compareRollups(database.pool) };
}

const exact = { pending: expect.toSatisfy((changes: number) => changes > 0), differences: [] };

test("history is read in as the oracle has it, and is complete then", async () => {
  await readTheRest();
  expect(await compareRollups(database.pool)).toEqual([]);
  const { rows } = await database.pool.query(
    "select history_complete, history_position from analytics_settings",
  );
  expect(rows).toEqual([{ history_complete: true, history_position: null }]);
});

const changes = {
  "a session that loses all its views":
    "delete from page_views where session_id = (select max(session_id::text)::uuid from page_views)",
  "an entity that loses all its views":
    "delete from page_views where entity_id = (select max(entity_id::text)::uuid from page_views)",
  "the views without entity, moved to one":
    "update page_views set entity_id = gen_random_uuid() where entity_id is null",
  "a new kind of entity": "update page_views set entity_type = 'listing' where time_on_page > 50",
  "views that come and go": `
    insert into page_views (entity_type, entity_id, session_id, viewed_at) values ('ghost', gen_random_uuid(), gen_random_uuid(), now());
    delete from page_views where entity_type = 'ghost'; update page_views set time_on_page = 1`,
};

test.for(
  Object.entries(changes).flatMap(([what, sql]) =>
    [0, 1, 4, 7].map((steps) => ({ what, sql, steps })),
  ),
)("$what after $steps steps: counted once, and taken away once", async ({ sql, steps }) => {
  for (let nth = 0; nth < steps; nth += 1) await read();
  await database.pool.query(sql);
  expect(await finish()).toEqual(exact);
});

test("page views truncated between two steps leave nothing behind, and what comes then is counted", async () => {
  for (let nth = 0; nth < 7; nth += 1) await read();
  await database.pool.query("truncate page_views");
  await addViews(database.pool, 20);
  expect(await finish()).toEqual(exact);
});

test("a part that somebody began and never ended is read by another, and nobody else's", async () => {
  const { pool } = database;
  const client = await pool.connect();
  const step = `select phase from read_history_step(${stepLimit})`;
  const phases = new Set<string | null>();
  try {
    for (let done = false; !done; ) {
      await client.query("begin");
      const { rows: claims } = await client.query<{ part: unknown }>(
        "select claimed_part_of_history(history_position) as part from analytics_settings where history_position is not null",
      );
      const claimed = claims.some(({ part }) => part !== null);
      const { rows } = claimed ? await pool.query<{ phase: string | null }>(step) : { rows: [] };
      await client.query("rollback");
      for (const { phase } of rows) phases.add(phase);
      // only the one that was claimed is left, or none is
      if (rows.every(({ phase }) => phase === null)) done = await read();
    }
  } finally {
    client.release();
  }
  // the last one of each phase was the only one left
  expect(phases).toEqual(new Set(["sessions", "entities", null]));
  expect(await compareRollups(pool)).toEqual([]);
});

test("what collection stored of a session stays", async () => {
  await database.pool.query(
    "insert into visitor_sessions (session_id, user_agent) select min(session_id::text)::uuid, 'Firefox' from page_views",
  );
  await readTheRest();
  expect(await compareRollups(database.pool)).toEqual([]);
  const { rows } = await database.pool.query(
    "select total_views > 0 as is_counted from visitor_sessions where user_agent = 'Firefox'",
  );
  expect(rows).toEqual([{ is_counted: true }]);
});

test("nothing is folded or rebuilt before the history is complete", async () => {
  await read();
  for (const sql of [
    "select fold_page_view_changes()",
    "select aggregate_page_views(null, null)",
  ]) {
    await expect(database.pool.query(sql)).rejects.toMatchObject({
      message: "the page views from before the installation are not in the rollups yet",
      hint: "Run: npx @headcount/migrations up",
    });
  }
  await readTheRest();
});
