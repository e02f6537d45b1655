import { escapeIdentifier, Pool } from "pg";
import { expect, test } from "vitest";
import { createTestDatabase } from "../../../../testing/test-database.ts";
import { migrate } from "../migrate.ts";
import { migrateSource } from "../running/migrate-source.ts";
import { librarySource } from "../sql-source/library-source.ts";
import type { SqlSource } from "../sql-source/sql-source.ts";

const slowSource: SqlSource = {
  ...librarySource,
  changes: [
    {
      version: 1,
      name: "slow",
      sql: "create table :schema.first_part (); select pg_sleep(600);",
      transaction: "shared",
      repeat: false,
    },
  ],
};

test("the host's connection comes back with the settings that it had", async () => {
  await using database = await createTestDatabase("session settings");
  const pool = new Pool({ connectionString: database.url, max: 1 });
  // its connection may still be closing when the database is dropped
  pool.on("error", () => undefined);
  try {
    await pool.query(
      "set search_path to 'hosts own', public; set statement_timeout to '1min'; set lock_timeout to '3s'; set default_transaction_isolation to 'serializable'",
    );
    const settings = `select current_setting('search_path') as path, current_setting('statement_timeout') as statement,
      current_setting('lock_timeout') as lock, current_setting('default_transaction_isolation') as isolation`;
    const before = await pool.query(settings);
    await migrate({ pool });
    expect((await pool.query(settings)).rows).toEqual(before.rows);
    await expect(migrate({ pool, timeZone: "Europe/Berlin" })).rejects.toThrow("timeZone");
    expect((await pool.query(settings)).rows).toEqual(before.rows);
    const locks = await pool.query(
      "select from pg_locks l join pg_database d on d.oid = l.database where l.locktype = 'advisory' and d.datname = current_database()",
    );
    expect(locks.rowCount).toBe(0);
  } finally {
    await pool.end();
  }
});

test("functions bind to built-ins, whatever the host's search_path finds first", async () => {
  await using database = await createTestDatabase("search path");
  const { pool } = database;
  const name = decodeURIComponent(new URL(database.url).pathname.slice(1));
  await pool.query(`
    create schema trap;
    create function trap.date_trunc(text, timestamp) returns timestamp language sql as 'select null::timestamp';
    alter database ${escapeIdentifier(name)} set search_path to trap, pg_catalog, public`);
  const hosted = new Pool({ connectionString: database.url, max: 1 });
  hosted.on("error", () => undefined);
  try {
    await migrate({ pool: hosted });
    const first = await hosted.query(
      "select headcount.is_again_in('week', '2026-03-04', '2026-03-03') as yes",
    );
    expect(first.rows).toEqual([{ yes: true }]);
  } finally {
    await hosted.end();
  }
});

test("aborting cancels the statement on the server and leaves nothing of its step", async () => {
  await using database = await createTestDatabase("abort");
  const { pool } = database;
  const abort = new AbortController();
  const migrating = migrateSource({ pool, signal: abort.signal }, slowSource);
  const sleeping =
    "select pid from pg_stat_activity where query ~ '^select pg_sleep' and state = 'active' and datname = current_database()";
  await expect.poll(async () => (await pool.query(sleeping)).rowCount).toBe(1);
  abort.abort();
  await expect(migrating).rejects.toMatchObject({ code: "aborted" });
  const left = await pool.query(`select to_regclass('first_part') as part, (${sleeping}) as pid`);
  expect(left.rows).toEqual([{ part: null, pid: null }]);
  expect((await migrate({ pool })).schema_version).toBe(librarySource.release);
});

test("a signal that has aborted before sends nothing", async () => {
  await using database = await createTestDatabase("aborted before");
  const { pool } = database;
  await expect(migrate({ pool, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "aborted",
  });
  expect((await pool.query("select from pg_tables where schemaname = 'public'")).rowCount).toBe(0);
});

test("waiting for another migrator is reported, and can be aborted", async () => {
  await using database = await createTestDatabase("waiting");
  const { pool } = database;
  const other = await pool.connect();
  await other.query(
    "select pg_advisory_lock(hashtextextended('headcount.migrations:headcount', 0))",
  );
  await other.query("set application_name to 'deploy'");
  const abort = new AbortController();
  const holders: unknown[] = [];
  const migrating = migrate({
    pool,
    signal: abort.signal,
    onProgress: (progress) => {
      if (progress.kind !== "waiting_for_another_migrator") return;
      holders.push(progress.holder);
      abort.abort();
    },
  });
  await expect(migrating).rejects.toMatchObject({ code: "aborted" });
  expect(holders).toEqual([expect.stringMatching(/^process \d+ \(deploy\)$/)]);
  // a lock that was left behind by a session that does nothing
  await expect(migrate({ pool, lockTimeoutMs: 50, lockAttempts: 2 })).rejects.toMatchObject({
    code: "lock_timeout",
    message: expect.stringMatching(/process \d+ \(deploy\).*pg_terminate_backend\(\d+\)/) as string,
  });
  other.release(true);
});

test("a connection that is killed gives an error, and the next run goes on", async () => {
  await using database = await createTestDatabase("killed");
  const { pool } = database;
  const sleeping =
    "select pg_terminate_backend(pid) from pg_stat_activity where query ~ '^select pg_sleep' and datname = current_database()";
  const migrating = migrateSource({ pool }, slowSource).catch((error: unknown) => error);
  await expect.poll(async () => (await pool.query(sleeping)).rowCount).toBe(1);
  expect(await migrating).toMatchObject({ code: "migration_failed" });
  expect((await migrate({ pool })).schema_version).toBe(librarySource.release);
});
