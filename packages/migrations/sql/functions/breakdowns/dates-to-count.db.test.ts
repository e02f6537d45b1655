import type { Pool } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { compareBreakdowns } from "../../../../../testing/oracle/compare-breakdowns.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import { verifyRollups } from "../../../../../testing/oracle/verify-rollups.ts";
import { waysToFold } from "../../../../../testing/oracle/ways-to-fold.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

const question = {
  entity_type: "listing",
  entity_id: "kept",
  date_from: "2026-01-01",
  date_to: "2026-01-31",
  period: "daily",
  sort: "visit_count",
  limit: 10,
} as const;

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createInstalledDatabase("dates to count", {
    timeZone: "Europe/Berlin",
    entityId: "text",
    accountId: "text",
    sessionId: "text",
  });
  ({ pool } = database);
  await pool.query(`
    insert into analytics_sources (channel) values ('email'), ('search');
    select add_breakdowns('listing', 'kept')`);
});

afterAll(() => database.drop());

// Each of them half an hour past midnight in Berlin, which is the day before elsewhere.
const add = (
  values: string,
): string => `insert into page_views (entity_id, account_id, session_id, viewed_at, source_no, time_on_page, entity_type)
  select v.entity_id, v.account_id, v.session_id, (date '2026-01-01' + v.day - 1 + time '00:30') at time zone 'Europe/Berlin', v.source_no, 5, 'listing'
  from (values ${values}) v (entity_id, account_id, session_id, day, source_no)`;

const views = [
  "('kept', 'ada', 'a1', 1, null::int)",
  "('kept', 'ada', 'a10', 10, 1)",
  "('kept', 'ada', 'a20', 20, 2)",
  "('kept', null, 'bounced', 3, 1)",
  "('kept', null, 'went on', 5, 1)",
  "('other', null, 'went on', 6, 1)",
  "('other', null, 'elsewhere', 7, 1)",
];

async function dueDays(): Promise<number[]> {
  const { rows } = await pool.query<{ day: number }>(
    "select distinct extract(day from date)::int as day from analytics_breakdown_changes order by 1",
  );
  return rows.map(({ day }) => day);
}

async function count(): Promise<void> {
  const { rows } = await pool.query<{ counted: number }>(
    "select count_breakdowns_step() as counted",
  );
  if (rows[0]?.counted !== 0) await count();
}

beforeEach(async () => {
  await pool.query("truncate page_views");
  await pool.query(add(views.join()));
  await foldEverything(pool);
  await count();
});

// The next days are those of each source and device that the visitor came by later.
const changes = [
  { what: "a view of somebody new", due: [12], sql: add("('kept', null, 'new', 12, 1)") },
  { what: "a late view", due: [5, 10, 20], sql: add("('kept', 'ada', 'late', 5, 2)") },
  {
    what: "a view that is deleted",
    due: [10, 20],
    sql: "delete from page_views where session_id = 'a10'",
  },
  {
    what: "a source that is edited",
    due: [10, 20],
    sql: "update page_views set source_no = 2 where session_id = 'a10'",
  },
  {
    what: "a login",
    due: [3, 10, 20],
    sql: "update page_views set account_id = 'ada' where session_id = 'bounced'",
  },
  {
    what: "a view elsewhere after a bounce",
    due: [3],
    sql: add("('other', null, 'bounced', 4, 1)"),
  },
  {
    what: "a view elsewhere that is deleted",
    due: [5],
    sql: "delete from page_views where entity_id = 'other' and session_id = 'went on'",
  },
  {
    what: "a late view elsewhere before an entry",
    due: [5],
    sql: add("('other', null, 'went on', 2, 1)"),
  },
  {
    what: "a session that began elsewhere",
    due: [],
    sql: add("('other', null, 'elsewhere', 9, 1)"),
  },
];

test.for(changes.flatMap((change) => waysToFold.map((folding) => ({ ...change, ...folding }))))(
  "$what: the days $due of January are counted again, folding $way",
  async ({ sql, due, foldAll }) => {
    expect(await dueDays()).toEqual([]);
    await pool.query(sql);
    expect(await compareBreakdowns(pool, question)).toEqual([]);
    await foldAll(pool);
    expect(await dueDays()).toEqual(due);
    expect(await compareBreakdowns(pool, question)).toEqual([]);
    await count();
    expect(await dueDays()).toEqual([]);
    expect(await compareBreakdowns(pool, question)).toEqual([]);
    expect(await verifyRollups(pool)).toEqual([]);
  },
);
