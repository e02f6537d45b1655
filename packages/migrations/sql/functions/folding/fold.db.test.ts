import type { ClientBase } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addViews } from "../../../../../testing/oracle/add-views.ts";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { foldEverything } from "../../../../../testing/oracle/fold-everything.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("fold", { timeZone: "America/New_York" });
});

beforeEach(() => database.pool.query("truncate page_views"));

afterAll(() => database.drop());

async function fold(client: Pick<ClientBase, "query">, limit: number): Promise<number> {
  const { rows } = await client.query<{ folded: number }>(
    "select fold_page_view_changes($1) as folded",
    [limit],
  );
  return rows[0]?.folded ?? -1;
}

test("a fold takes as many changes as it may, oldest first, and says how many", async () => {
  const { pool } = database;
  await addViews(pool, 25);
  const taken = [
    await fold(pool, 10),
    await fold(pool, 10),
    await fold(pool, 10),
    await fold(pool, 10),
  ];
  expect(taken).toEqual([10, 10, 5, 0]);
  expect(await compareRollups(pool)).toEqual([]);
});

test("a queue that was analyzed while it was empty is folded as fast as before", async () => {
  const { pool } = database;
  const took: number[] = [];
  for (let nth = 0; nth < 2; nth += 1) {
    await addViews(pool, 4000);
    const startedAt = performance.now();
    await foldEverything(pool);
    took.push(performance.now() - startedAt);
    // it has pages, and the planner takes it for empty from now on
    await pool.query("analyze page_view_changes");
  }
  const [first = 0, second = Infinity] = took;
  expect(second / first).toBeLessThan(4);
});

test("many views of one kind behind one that is taken away do not make a batch larger", async () => {
  const { pool } = database;
  await pool.query("insert into page_views (entity_type, viewed_at) values ('same', '2026-04-01')");
  await foldEverything(pool);
  await pool.query(`delete from page_views where entity_type = 'same';
    insert into page_views (entity_type, viewed_at) select 'same', '2026-04-01' from generate_series(1, 500)`);
  const { rows } = await pool.query("select fold_page_view_changes(100) as folded");
  expect(rows).toEqual([{ folded: 100 }]);
  const left = await pool.query("select from page_view_changes");
  expect(left.rowCount).toBe(401);
  await foldEverything(pool);
  expect(await compareRollups(pool)).toEqual([]);
});

test("after every batch the rollups are exact for what was taken", async () => {
  const { pool } = database;
  await addViews(pool, 40);
  await pool.query(
    "update page_views set account_id = md5('account 1')::uuid where account_id is null",
  );
  await pool.query("delete from page_views where time_on_page is null");
  let batches = 0;
  while ((await fold(pool, 7)) > 0) {
    batches += 1;
    expect(await compareRollups(pool)).toEqual([]);
  }
  expect(batches).toBeGreaterThan(10);
});

test.for([0, -1, null])("a limit of %s is refused", async (limit) => {
  await expect(database.pool.query("select fold_page_view_changes($1)", [limit])).rejects.toThrow(
    "p_limit must be at least 1",
  );
});

test("while one folds the others return 0 at once", async () => {
  const { pool } = database;
  await addViews(pool, 30);
  const working = await pool.connect();
  try {
    await working.query("begin");
    expect(await fold(working, 10)).toBe(10);
    expect(await Promise.all([fold(pool, 10), fold(pool, 10), fold(pool, 10)])).toEqual([0, 0, 0]);
    await working.query("commit");
  } finally {
    working.release();
  }
  expect(await fold(pool, 100)).toBe(20);
  expect(await compareRollups(pool)).toEqual([]);
});

test("twenty who fold at once take every change once", async () => {
  const { pool } = database;
  await addViews(pool, 400);
  const work = async (): Promise<number> => {
    let taken = 0;
    for (let attempt = 0; attempt < 10; attempt += 1) taken += await fold(pool, 7);
    return taken;
  };
  const taken = await Promise.all(Array.from({ length: 20 }, work));
  const { rows } = await pool.query<{ pending: number }>(
    "select count(*)::int as pending from page_view_changes",
  );
  expect(taken.reduce((sum, one) => sum + one, 0)).toBe(400 - (rows[0]?.pending ?? 0));
  expect(await compareRollups(pool)).toEqual([]);
});

test.for([
  "analytics_visitor_days",
  "analytics_entity_visitors",
  "analytics_visitor_returns",
  "analytics_days",
  "analytics_hours",
  "visitor_sessions",
])(
  "a connection killed on its way to %s takes nothing; the next fold takes all, once",
  async (rollup) => {
    const { pool } = database;
    await addViews(pool, 100);
    expect(await fold(pool, 50)).toBe(50);

    const blocker = await pool.connect();
    const killed = await pool.connect();
    try {
      killed.on("error", () => undefined);
      const { rows } = await killed.query<{ pid: number }>("select pg_backend_pid() as pid");
      const pid = rows[0]?.pid;
      await blocker.query(`begin; lock table ${rollup} in share row exclusive mode`);
      const outcome = fold(killed, 1000).catch((error: unknown) => String(error));
      const waiting = "select from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'";
      await expect.poll(async () => (await pool.query(waiting, [pid])).rowCount).toBe(1);
      await pool.query("select pg_terminate_backend($1)", [pid]);
      expect(await outcome).toMatch(/terminat/);
      await blocker.query("rollback");
    } finally {
      blocker.release();
      killed.release(true);
    }

    expect(await compareRollups(pool)).toEqual([]);
    await expect.poll(() => fold(pool, 1000)).toBe(50);
    expect(await compareRollups(pool)).toEqual([]);
  },
);

test("a transaction that stays open holds up only its own views", async () => {
  const { pool } = database;
  const slow = await pool.connect();
  try {
    await slow.query("begin");
    await addViews(slow, 10);
    await addViews(pool, 20);
    expect(await fold(pool, 1000)).toBe(20);
    expect(await compareRollups(pool)).toEqual([]);
    await slow.query("commit");
  } finally {
    slow.release();
  }
  expect(await fold(pool, 1000)).toBe(10);
  expect(await compareRollups(pool)).toEqual([]);
});

test("views that an old snapshot cannot see are not lost to a fold in it", async () => {
  const { pool } = database;
  await addViews(pool, 10);
  const old = await pool.connect();
  try {
    await old.query("begin isolation level repeatable read");
    await old.query("select 1");
    await addViews(pool, 5);
    expect(await fold(old, 1000)).toBe(10);
    await old.query("commit");
  } finally {
    old.release();
  }
  expect(await compareRollups(pool)).toEqual([]);
  expect(await fold(pool, 1000)).toBe(5);
  expect(await compareRollups(pool)).toEqual([]);
});

test("nothing is folded before the views from before the installation are in", async () => {
  const { pool } = database;
  await addViews(pool, 1);
  await pool.query("update analytics_settings set history_complete = false");
  try {
    await expect(fold(pool, 10)).rejects.toThrow("before the installation");
  } finally {
    await pool.query("update analytics_settings set history_complete = true");
  }
  expect(await fold(pool, 10)).toBe(1);
});

test("the latest fold that had something to do says what it did, and a failed one says nothing", async () => {
  const { pool } = database;
  await addViews(pool, 12);
  const status =
    "select pending_changes::int, finished_at, folded_changes, duration_ms from analytics_status()";
  await fold(pool, 12);
  const { rows } = await pool.query(status);
  expect(rows).toEqual([
    {
      pending_changes: 0,
      finished_at: expect.any(Date),
      folded_changes: 12,
      duration_ms: expect.any(Number),
    },
  ]);
  await fold(pool, 12);
  expect((await pool.query(status)).rows).toEqual(rows);

  await addViews(pool, 3);
  const client = await pool.connect();
  try {
    await client.query("begin; drop table analytics_visitor_return_weeks cascade");
    await expect(fold(client, 12)).rejects.toThrow("analytics_visitor_return_weeks");
  } finally {
    await client.query("rollback");
    client.release();
  }
  expect((await pool.query(status)).rows).toEqual([{ ...rows[0], pending_changes: 3 }]);
});

test("a role that does not see all page views folds nothing, and reads why", async () => {
  const { pool } = database;
  await addViews(pool, 20);
  const client = await pool.connect();
  try {
    await client.query(`
      begin; create role half_blind;
      grant usage on schema public, headcount to half_blind;
      grant all on all tables in schema public, headcount to half_blind;
      alter table page_views enable row level security;
      create policy "some rows" on page_views using (account_id is null);
      set local role half_blind; savepoint before`);
    for (const sql of [
      "select fold_page_view_changes()",
      "select fold_page_view_changes(20000, 8)",
      "select fold_page_view_changes(1, 8)",
    ]) {
      await expect(client.query(sql)).rejects.toMatchObject({
        code: "42501",
        message:
          'row level security of public.page_views hides page views from role half_blind: its policies are "some rows"',
      });
      await client.query("rollback to before");
    }
    await client.query("reset role");
    expect(await fold(client, 100)).toBe(20);
    expect(await compareRollups(client)).toEqual([]);
  } finally {
    await client.query("rollback");
    client.release();
  }
});

test("a change knows when it was captured, row by row", async () => {
  const { pool } = database;
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("select pg_sleep(0.01)");
    await addViews(client, 2);
    const { rows } = await client.query(
      `select bool_and(captured_at > now()) as after_begin, bool_and(captured_at <= clock_timestamp()) as before_now
       from page_view_changes`,
    );
    expect(rows).toEqual([{ after_begin: true, before_now: true }]);
  } finally {
    await client.query("rollback");
    client.release();
  }
});
