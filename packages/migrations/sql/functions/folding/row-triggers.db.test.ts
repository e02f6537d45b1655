import type { Pool } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import { waysToFold } from "../../../../../testing/oracle/ways-to-fold.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

// A row trigger of the host's runs before the statement's own trigger captures what was added: what it edits or takes away
// stands in the queue as taken away before it stands there as added.

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createInstalledDatabase("row triggers", {
    entityId: "text",
    accountId: "text",
    sessionId: "text",
  });
  ({ pool } = database);
  // what it does to a view stands in the view itself
  await pool.query(`
    create function host_edits() returns trigger language plpgsql as $$
      declare edit text;
      begin
        foreach edit in array string_to_array(new.referrer_url, ';') loop
          execute edit using new.id;
        end loop;
        return null;
      end $$;
    create trigger host_edits after insert on page_views
      for each row when (new.referrer_url is not null) execute function host_edits()`);
});

afterAll(() => database.drop());

beforeEach(() => pool.query("truncate page_views"));

/** Adds views of the session x, and of others, and has the trigger do something to each. */
async function add(times: readonly string[], edit: string | null): Promise<void> {
  await pool.query(
    `insert into page_views (entity_type, entity_id, session_id, viewed_at, referrer_url)
     select 'article', '1', split_part(t, ' ', 1), ('2026-01-05 ' || split_part(t, ' ', 2) || 'Z')::timestamptz, $2
     from unnest($1::text[]) t`,
    [times, edit],
  );
}

const update = (set: string): string => `update page_views set ${set} where id = $1`;
const remove = "delete from page_views where id = $1";

const edits = [
  { edit: "edits the session", sql: update("session_id = 's'") },
  { edit: "moves the view to another entity", sql: update("entity_id = '2'") },
  { edit: "moves the view to no entity", sql: update("entity_id = null") },
  { edit: "knows the account", sql: update("account_id = 'ada'") },
  { edit: "knows the time on page", sql: update("time_on_page = 12") },
  { edit: "moves the view in time", sql: update("viewed_at = viewed_at - interval '26 hours'") },
  { edit: "takes the view away", sql: remove },
  { edit: "edits it twice", sql: `${update("session_id = 's'")};${update("account_id = 'ada'")}` },
  {
    edit: "edits it and puts it back",
    sql: `${update("session_id = 's'")};${update("session_id = 'x'")}`,
  },
  { edit: "edits it and takes it away", sql: `${update("entity_id = '2'")};${remove}` },
];

const before = [
  { others: "no other views", views: [] },
  { others: "another visitor in that hour", views: ["y 09:10", "y 09:20", "y 09:30"] },
  { others: "its visitor at another hour", views: ["x 10:00", "y 09:10", "y 09:20"] },
  { others: "its visitor at that instant", views: ["x 09:00", "x 09:00"] },
];

const cases = edits.flatMap((edited) => before.map((earlier) => ({ ...edited, ...earlier })));

describe.for(waysToFold)("folding $way", ({ foldAll }) => {
  test.for(cases)(
    "a trigger that $edit as it is added confuses no fold of one change at a time, with $others",
    async ({ sql, views }) => {
      await add(views, null);
      await foldEverything(pool);
      await add(["x 09:00", "x 09:00", "y 09:00"], sql);
      await foldAll(pool, 1);
      expect(await compareRollups(pool)).toEqual([]);
      const { rows } = await pool.query("select reason from set_aside_changes");
      expect(rows).toEqual([]);
    },
  );
});

test.for(waysToFold)(
  "after every single step, folding $way, the rollups are exact for what was taken",
  async ({ step }) => {
    await add(["x 10:00", "y 09:10"], null);
    await foldEverything(pool);
    for (const { sql } of edits) await add(["x 09:00", "y 09:10"], sql);
    let steps = 0;
    while (await step(pool, 2)) {
      steps += 1;
      expect(await compareRollups(pool)).toEqual([]);
    }
    expect(steps).toBeGreaterThan(5);
  },
);

describe.for(waysToFold)("with 100,000 identical views pending, folding $way", ({ step }) => {
  test("a batch in which a trigger took one of them away takes one more, and never more than twice its limit", async () => {
    const views =
      "select 'article', '1', 'x', timestamptz '2026-01-05 09:00Z' from generate_series(1, $1) n";
    const addViews = `insert into page_views (entity_type, entity_id, session_id, viewed_at) ${views}`;
    await pool.query(addViews, [20]);
    await foldEverything(pool);
    await pool.query(
      `insert into page_views (entity_type, entity_id, session_id, referrer_url)
       values ('article', '1', 'y', 'delete from page_views where id in (select id from page_views where session_id = ''x'' limit 10)')`,
    );
    await pool.query(addViews, [100_000]);
    const pending = async (): Promise<number> => {
      const { rows } = await pool.query<{ pending: number }>(
        "select count(*)::int as pending from page_view_changes",
      );
      return rows[0]?.pending ?? Number.NaN;
    };
    const left: number[] = [];
    for (const limit of [1, 4, 5, 100]) {
      await step(pool, limit);
      left.push(await pending());
    }
    // ten are taken away, each with one that adds it
    expect(left).toEqual([100_009, 100_001, 99_991, 99_891]);
  });
});
