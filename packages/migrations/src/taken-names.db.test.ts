import { expect, test } from "vitest";
import { describeOutermostPostgres } from "../../../testing/each-postgres.ts";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { migrate } from "./migrate.ts";
import { planMigrations } from "./plan-migrations.ts";
import { printSql } from "./print-sql.ts";
import { migrateSource } from "./running/migrate-source.ts";
import { librarySource } from "./sql-source/library-source.ts";

const headcountTables =
  "select tablename from pg_tables where tablename in ('page_views', 'headcount_migrations')";

describeOutermostPostgres((server) => {
  test("all names that are taken are reported before anything is written", async () => {
    await using database = await createTestDatabase("taken names", server.url);
    const { pool } = database;
    await pool.query(`create domain page_views as text;
      create table idx_page_views_session_entity_time (id int);
      create schema headcount;
      set local search_path to headcount;
      create materialized view analytics_visitors as select 1 as visits;
      create sequence analytics_days_key;
      create table visitor_sessions (id int);
      create type analytics_accounts as enum ('free', 'paid');
      create type entity_key as (a int);
      create function get_entity_visitors(a int) returns int language sql return a;
      create function is_counted() returns int language sql return 1`);
    const refusal = {
      code: "name_taken",
      details: {
        taken: [
          "type public.page_views",
          "table public.idx_page_views_session_entity_time",
          "sequence headcount.analytics_days_key",
          "table headcount.visitor_sessions",
          "composite type headcount.entity_key",
          "type headcount.analytics_accounts",
          "function headcount.is_counted()",
          "function headcount.get_entity_visitors(integer)",
          "materialized view headcount.analytics_visitors",
        ],
      },
      message: expect.stringMatching(
        /are taken:\n {2}- type public\.page_views\n[^]+\nRename or drop what has them, or install into another schema \(--schema\)\.$/,
      ) as string,
    };
    await expect(planMigrations({ pool })).rejects.toMatchObject(refusal);
    await expect(printSql({ pool })).rejects.toMatchObject(refusal);
    await expect(migrate({ pool })).rejects.toMatchObject(refusal);
    expect((await pool.query(headcountTables)).rows).toEqual([]);
    await migrate({ pool, schema: "second", pageViews: "second.page_views" });
  });

  test("names that stand for something else are not taken", async () => {
    await using database = await createTestDatabase("free names", server.url);
    const { pool } = database;
    await pool.query(`create schema headcount;
      set local search_path to headcount;
      create type visitor_at as enum ('a');
      create table fold_page_view_changes (id int);
      create function analytics_visitors() returns int language sql return 1;
      create schema elsewhere;
      create table elsewhere.analytics_visitors (id int)`);
    expect((await migrate({ pool })).schema_version).toBe(librarySource.release);
  });

  test("what was applied does not take the name of what replaces it, and what the host has added does", async () => {
    await using database = await createTestDatabase("own names", server.url);
    const { pool } = database;
    const source = {
      ...librarySource,
      functions: librarySource.functions.map((part) => ({
        ...part,
        sql: `-- earlier\n${part.sql}`,
      })),
    };
    await migrateSource({ pool }, source);
    expect((await migrate({ pool })).applied).toMatchObject([{ name: "functions" }]);
    await pool.query(
      "create function headcount.is_counted(a int) returns int language sql return 1",
    );
    await migrate({ pool });
    await expect(migrateSource({ pool }, source)).rejects.toMatchObject({
      code: "name_taken",
      details: { taken: ["function headcount.is_counted(integer)"] },
    });
  });
});
