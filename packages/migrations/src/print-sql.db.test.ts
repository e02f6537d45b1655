import { PGlite } from "@electric-sql/pglite";
import { Client } from "pg";
import { expect, test } from "vitest";
import { describeEachPostgres } from "../../../testing/each-postgres.ts";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { checkInstallation } from "./check-installation.ts";
import { migrate } from "./migrate.ts";
import { printSql } from "./print-sql.ts";
import { librarySource } from "./sql-source/library-source.ts";
import { splitStatements } from "./sql-text/split-statements.ts";

/** Sends the statements one by one, as psql does. */
async function runAsPsql(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const { text } of splitStatements(sql)) await client.query(text);
  } finally {
    await client.end();
  }
}

describeEachPostgres((server) => {
  test("the SQL of a fresh installation installs what migrate installs, as one query too", async () => {
    await using database = await createTestDatabase("print fresh", server.url);
    const { pool } = database;
    const schema = 'My "odd" Schema';
    await runAsPsql(database.url, await printSql({ timeZone: "Europe/Berlin" }));
    await pool.query(await printSql({ schema, pageViews: `${schema}.odd views` }));
    for (const options of [{ pool }, { pool, schema }]) {
      expect((await checkInstallation(options)).faults).toEqual([]);
      expect((await migrate(options)).applied).toEqual([]);
    }
  });

  test("the SQL for a table with history builds indexes concurrently and reads the history in", async () => {
    await using database = await createTestDatabase("print adoption", server.url);
    const { pool } = database;
    await pool.query(`create table page_views (id int, entity_type text, entity_id int, account_id int, viewed_at timestamptz);
      insert into page_views select n, 'page', n % 10, n, now() from generate_series(1, 500) n`);
    const sql = await printSql({ pool });
    expect(sql).toContain("create index concurrently");
    await runAsPsql(database.url, sql);
    const options = { pool };
    expect((await checkInstallation(options)).faults).toEqual([]);
    const views = await pool.query(
      "select sum(visit_count)::int as views from headcount.analytics_visitors",
    );
    expect(views.rows).toEqual([{ views: 500 }]);
    expect(await printSql(options)).toBe("");
  });

  test("SQL that was applied before stops at the first change and changes nothing", async () => {
    await using database = await createTestDatabase("print twice", server.url);
    const sql = await printSql();
    await runAsPsql(database.url, sql);
    await expect(runAsPsql(database.url, sql)).rejects.toThrow("headcount_migrations_pkey");
    expect((await checkInstallation({ pool: database.pool })).faults).toEqual([]);
  });
});

test("PGlite runs the SQL of a fresh installation in one exec", async () => {
  await using pglite = new PGlite();
  await pglite.exec(await printSql({ timeZone: "Asia/Kathmandu" }));
  const { rows } = await pglite.query(
    "select l.version, s.time_zone, s.history_complete from headcount.headcount_migrations l, headcount.analytics_settings s where l.kind = 'functions'",
  );
  expect(rows).toEqual([
    { version: librarySource.release, time_zone: "Asia/Kathmandu", history_complete: true },
  ]);
});
