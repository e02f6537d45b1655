import { expect, test } from "vitest";
import { createTestDatabase } from "../../../../testing/test-database.ts";
import { migrate } from "../migrate.ts";
import type { MigrationProgress } from "../migration-progress.ts";
import { librarySource } from "../sql-source/library-source.ts";

const hostTable =
  "create table page_views (id int, entity_type text, entity_id int, account_id int, session_id int, viewed_at timestamptz, referrer_url text, time_on_page int, visitor_id int, source_no int, device_no int, owner_id int)";

test("a busy table is given way to, and taken when it is free", async () => {
  await using database = await createTestDatabase("busy table");
  const { pool } = database;
  await pool.query(hostTable);
  const busy = await pool.connect();
  await busy.query("begin; insert into page_views values (1, 'page', 1, 1, 1, now())");

  const progress: MigrationProgress[] = [];
  let freed: Promise<unknown> | undefined;
  const { schema_version } = await migrate({
    pool,
    lockTimeoutMs: 50,
    onProgress: (step) => {
      progress.push(step);
      if (step.kind === "lock_retry" && step.attempt === 2) freed = busy.query("commit");
    },
  });
  await freed;
  busy.release();
  expect(schema_version).toBe(librarySource.release);
  expect(progress).toContainEqual(
    expect.objectContaining({ kind: "lock_retry", attempt: 1, attempts: 10 }),
  );
  await pool.query("select fold_page_view_changes()");
  const views = await pool.query("select visit_count from analytics_visitors");
  expect(views.rows).toEqual([{ visit_count: 1 }]);
});

test("a table that stays busy gives an error that names the lock and who has it, and the rest can follow", async () => {
  await using database = await createTestDatabase("always busy");
  const { pool } = database;
  await pool.query(hostTable);
  const busy = await pool.connect();
  await busy.query("set application_name to 'nightly import'");
  await busy.query("begin; insert into page_views values (1, 'page', 1, 1, 1, now())");
  const failure = migrate({ pool, lockTimeoutMs: 20, lockAttempts: 2 });
  await expect(failure).rejects.toMatchObject({
    code: "lock_timeout",
    message: expect.stringMatching(
      /could not get its lock on "public"."page_views" within 20 ms, tried 2 times\. The table is in use by process \d+ \(nightly import, in a transaction for \d+ s\)/,
    ) as string,
  });
  await busy.query("rollback");
  busy.release();
  expect((await migrate({ pool })).schema_version).toBe(librarySource.release);
});

test("writers go on while an index waits for a long transaction", async () => {
  await using database = await createTestDatabase("long transaction");
  const { pool } = database;
  await pool.query(`${hostTable}; insert into page_views values (1, 'page', 1, 1, 1, now())`);
  const longTransaction = await pool.connect();
  await longTransaction.query(
    "begin isolation level repeatable read; insert into page_views values (2, 'page', 1, 1, 1, now())",
  );

  const migrating = migrate({ pool });
  const waiting =
    "select from pg_stat_activity where query like 'create index concurrently%' and wait_event_type = 'Lock' and datname = current_database()";
  await expect.poll(async () => (await pool.query(waiting)).rowCount).toBe(1);
  const write = await pool.query(
    "set statement_timeout to '5s'; insert into page_views values (3, 'page', 1, 1, 1, now()); reset statement_timeout",
  );
  expect(write).toHaveLength(3);
  await longTransaction.query("commit");
  longTransaction.release();
  expect((await migrating).schema_version).toBe(librarySource.release);
});
