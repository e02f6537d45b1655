import type { Pool } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import { foldSlots } from "../../../../../testing/oracle/fold-slots.ts";
import { waysToFold } from "../../../../../testing/oracle/ways-to-fold.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

// A change that cannot be applied once stopped all folding for good. It is set aside now, alone.

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createInstalledDatabase("set aside", {
    timeZone: "Europe/Berlin",
    entityId: "bigint",
    accountId: "text",
    sessionId: "text",
  });
  ({ pool } = database);
});

afterAll(() => database.drop());

const columns = "entity_type, entity_id, account_id, session_id, viewed_at, time_on_page";
const insertViews = (views: string): string => `insert into page_views (${columns}) ${views}`;

/** Some views that are counted, of entity 1 and of 2: the account ada and the session s, on one date. */
beforeEach(async () => {
  await pool.query(
    `truncate page_views restart identity; ${insertViews(`values
    ('article', 1, 'ada', null, '2026-01-05 12:00Z', 7),
    ('article', 2, 'ada', 's', '2026-01-05 12:00Z', 7),
    ('article', 2, null, 's', '2026-01-05 12:30Z', 7)`)}`,
  );
  await foldEverything(pool);
});

/** A view that capture does not see, deleted where it does. */
async function removeUncounted(view: string): Promise<void> {
  await pool.query(`
    alter table page_views disable trigger user;
    ${insertViews(`values (${view})`)};
    alter table page_views enable trigger user;
    delete from page_views where id = (select max(id) from page_views)`);
}

/** Views that can be counted, by visitors old and new, some of which are edited and some taken away again. */
async function addGoodViews(views: number): Promise<void> {
  await pool.query(
    insertViews(`
      select 'article', 1 + n % 40, case when n % 3 = 0 then 'ada' when n % 3 = 1 then 'a' || n % 50 end,
        case when n % 7 > 0 then 's' || n % 300 end, timestamptz '2026-01-03 12:00Z' + n * interval '3 minutes', n % 60
      from generate_series(1, ${views}) n`),
  );
  await pool.query("update page_views set time_on_page = 3 where id % 5 = 0 and entity_id < 50");
  await pool.query("delete from page_views where id % 11 = 0 and entity_id < 50");
}

interface SetAside {
  reason: string;
  sign: number;
  visitor: string | null;
}

async function readSetAside(): Promise<SetAside[]> {
  const { rows } = await pool.query<SetAside>(
    "select reason, sign, concat_ws(' ', account_id, session_id) as visitor from set_aside_changes order by reason",
  );
  return rows;
}

describe.for(waysToFold)("folding $way", ({ foldAll }) => {
  test.for([
    {
      whose: "of an account that never came",
      view: "'article', 2, 'ben', null, '2026-01-05 12:00Z', 7",
      aside: { visitor: "ben", reason: "a view was taken away that had never been counted" },
    },
    {
      whose: "of a session that never came",
      view: "'article', 2, null, 'ghost', '2026-01-05 12:00Z', 7",
      aside: { visitor: "ghost", reason: "a view was taken away that had never been counted" },
    },
    {
      whose: "of a visitor who came on other dates",
      view: "'article', 2, 'ada', null, '2020-01-07 12:00Z', 7",
      aside: { visitor: "ada", reason: "a view was taken away that had never been counted" },
    },
    {
      whose: "of a visitor who came to other entities",
      view: "'listing', 1, 'ada', null, '2026-01-05 12:00Z', 7",
      aside: { visitor: "ada", reason: "a view was taken away that had never been counted" },
    },
    {
      whose: "of a page without an entity",
      view: "'article', null, null, 's', '2026-01-05 12:00Z', null",
      aside: { visitor: "s", reason: "a view was taken away that had never been counted" },
    },
    {
      whose: "of nobody, where nothing was viewed",
      view: "'listing', 9, null, null, '2026-01-05 12:00Z', 7",
      aside: { visitor: "", reason: expect.stringMatching(/listing 9 has -1 views .*\(22000\)$/) },
    },
    {
      whose: "of nobody, where others came once each",
      view: "'article', 1, null, null, '2026-01-05 12:00Z', 7",
      aside: {
        visitor: "",
        reason: expect.stringMatching(/article 1 has 0 views and 1 visitors .*\(22000\)$/),
      },
    },
  ])(
    "sets aside the removal of a view $whose that had never been counted",
    async ({ view, aside }) => {
      await removeUncounted(view);
      await foldAll(pool);
      expect(await readSetAside()).toEqual([{ sign: -1, ...aside }]);
      expect(await compareRollups(pool)).toEqual([]);
    },
  );

  test.for([
    {
      whose: "a visitor who never came",
      view: "'article', 2, null, 'ghost', '2026-01-05 12:00Z', 7",
    },
    { whose: "nobody", view: "'listing', 9, null, null, '2026-01-05 12:00Z', 7" },
  ])(
    "sets aside the one removal, of $whose, among thousands of changes, and applies all others",
    async ({ view }) => {
      await addGoodViews(2000);
      await removeUncounted(view);
      await addGoodViews(1000);
      await foldAll(pool);
      expect(await readSetAside()).toHaveLength(1);
      expect(await compareRollups(pool)).toEqual([]);
    },
  );

  test("does not set off a removal that cannot be applied against a view that came afterwards", async () => {
    await removeUncounted("'article', 3, null, 'ghost', '2026-01-05 12:00Z', 7");
    await pool.query(insertViews("values ('article', 3, null, 'ghost', '2026-01-05 13:00Z', 9)"));
    await foldAll(pool);
    expect(await readSetAside()).toHaveLength(1);
    expect(await compareRollups(pool)).toEqual([]);
  });

  test("counts the same visitor right who comes after what was set aside", async () => {
    await removeUncounted("'article', 3, null, 'ghost', '2026-01-05 12:00Z', 7");
    await foldAll(pool);
    await pool.query(insertViews("values ('article', 3, null, 'ghost', '2026-01-05 12:00Z', 7)"));
    await foldAll(pool);
    expect(await readSetAside()).toHaveLength(1);
    expect(await compareRollups(pool)).toEqual([]);
    await pool.query("delete from page_views where session_id = 'ghost'");
    await foldAll(pool);
    expect(await readSetAside()).toHaveLength(1);
    expect(await compareRollups(pool)).toEqual([]);
  });

  test.for([
    { rollup: "analytics_days", full: "views = 2147483647" },
    {
      rollup: "analytics_entity_visitors",
      full: "visit_count = 2147483647, last_visit = first_visit",
    },
    { rollup: "visitor_sessions", full: "total_views = 2147483647" },
  ])("sets aside what does not fit into $rollup, and nothing else", async ({ rollup, full }) => {
    await pool.query(insertViews("values ('article', 99, null, 'full', '2026-01-05 12:00Z', 7)"));
    await foldAll(pool);
    const which = rollup === "visitor_sessions" ? "session_id = 'full'" : "entity_id = 99";
    await pool.query(`update ${rollup} set ${full} where ${which}`);
    await addGoodViews(50);
    await pool.query(insertViews("values ('article', 99, null, 'full', '2026-01-05 12:00Z', 7)"));
    await addGoodViews(50);
    await foldAll(pool);
    expect(await readSetAside()).toEqual([
      { sign: 1, visitor: "full", reason: "integer out of range (22003)" },
    ]);
    // whatever could be known of that one is gone
    await pool.query("alter table page_views disable trigger user");
    await pool.query("delete from page_views where session_id = 'full'");
    await pool.query("alter table page_views enable trigger user");
    const differences = await compareRollups(pool);
    expect(differences.filter(({ row }) => !isOfTheFull(row))).toEqual([]);
  });

  test.for([
    "analytics_days",
    "analytics_entity_visitors",
    "analytics_visitor_days",
    "visitor_sessions",
  ])("sets aside what a check of %s refuses, and nothing else", async (rollup) => {
    const refused = rollup === "visitor_sessions" ? "session_id <> 'no'" : "entity_id <> 99";
    await pool.query(`alter table ${rollup} add constraint refuses check (${refused})`);
    try {
      await addGoodViews(50);
      // twice, or there is no visitor-day
      const view = "('article', 99, null, 'no', '2026-01-05 12:00Z', 7)";
      await pool.query(insertViews(`values ${view}, ${view}`));
      await addGoodViews(50);
      await foldAll(pool);
      const aside = await readSetAside();
      const reason = expect.stringMatching(/violates check constraint "refuses" \(23514\)$/);
      expect(new Set(aside.map(({ visitor }) => visitor))).toEqual(new Set(["no"]));
      expect(aside).toContainEqual({ sign: 1, visitor: "no", reason });
    } finally {
      await pool.query(`alter table ${rollup} drop constraint refuses`);
    }
  });
});

// The account has a counted view of that entity and instant, so only the session knows that this is another one.
const ofAnotherSession = "'article', 2, 'ada', 'ghost', '2026-01-05 12:00Z', 7";

test.for(waysToFold)(
  "folding $way, the removal of a view that only its session knows to have never been counted is set aside",
  async ({ foldAll }) => {
    await removeUncounted(ofAnotherSession);
    await foldAll(pool);
    expect(await readSetAside()).toEqual([
      {
        sign: -1,
        visitor: "ada ghost",
        reason: expect.stringContaining("session ghost has -1 views"),
      },
    ]);
    expect(await compareRollups(pool)).toEqual([]);
  },
);

test("entries that were handed on and cannot be added hold up nothing", async () => {
  const elsewhere = await entityOfAnotherSlot(99);
  await pool.query(
    insertViews(`
      select 'article', entity_id, null, session_id, viewed_at, 7
      from unnest(array['b', 'c']) session_id
      cross join (values (${elsewhere}, timestamptz '2026-01-06 12:00Z'), (99, '2026-01-06 12:05Z')) v (entity_id, viewed_at)`),
  );
  await foldEverything(pool);
  await pool.query(
    "alter table analytics_days add constraint refuses check (entries < 2 or entity_id <> 99)",
  );
  try {
    // both sessions enter at the other entity then
    await pool.query(`delete from page_views where entity_id = ${elsewhere}`);
    await foldSlots(pool);
    expect(await readSetAside()).toEqual([
      {
        sign: 0,
        visitor: "",
        reason: expect.stringMatching(
          /^2 entries and 2 bounces could not be added: .*"refuses" \(23514\)$/,
        ),
      },
    ]);
    await pool.query(insertViews("values ('article', 99, null, null, '2026-01-06 12:00Z', 7)"));
    await foldSlots(pool);
    const differences = await compareRollups(pool);
    expect(new Set(differences.map(({ row }) => row["entity_id"]))).toEqual(new Set(["99"]));
    expect(new Set(differences.map(({ row }) => row["total_views"] ?? row["views"]))).toEqual(
      new Set([3]),
    );
  } finally {
    await pool.query("alter table analytics_days drop constraint refuses");
  }
});

async function entityOfAnotherSlot(entity: number): Promise<number> {
  const { rows } = await pool.query<{ other: number }>(
    `select n as other from generate_series(100, 200) n
     where entity_slot('article', n) <> entity_slot('article', $1) limit 1`,
    [entity],
  );
  return rows[0]?.other ?? Number.NaN;
}

test("what was set aside is counted by analytics_status, and TRUNCATE forgets it", async () => {
  await removeUncounted("'article', 2, null, 'ghost', '2026-01-05 12:00Z', 7");
  await foldEverything(pool);
  const status = "select pending_changes::int, set_aside_changes::int from analytics_status()";
  expect((await pool.query(status)).rows).toEqual([{ pending_changes: 0, set_aside_changes: 1 }]);
  await pool.query("truncate page_views");
  expect((await pool.query(status)).rows).toEqual([{ pending_changes: 0, set_aside_changes: 0 }]);
});

/** Whether a row of a rollup is of the visitor, entity or session that the tests of overflows fill up. */
function isOfTheFull(row: Record<string, unknown>): boolean {
  return row["entity_id"] === "99" || row["session_id"] === "full";
}
