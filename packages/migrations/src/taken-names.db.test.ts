import { expect, test } from "vitest";
import { describeEachPostgres } from "../../../testing/each-postgres.ts";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { migrations } from "./generated/migrations.ts";
import { migrate } from "./migrate.ts";
import { planMigrations } from "./plan-migrations.ts";
import { printSql } from "./print-sql.ts";
import { migrateFiles } from "./running/migrate-files.ts";

const headcountTables =
  "select tablename from pg_tables where tablename in ('page_views', 'headcount_migrations')";

describeEachPostgres((server) => {
  test("names that are taken are all told before anything is written", async () => {
    await using database = await createTestDatabase("taken names", server.url);
    const { pool } = database;
    await pool.query(`create materialized view analytics_visitors as select 1 as visits;
      create sequence analytics_visitors_key;
      create table visitor_sessions (id int);
      create type analytics_accounts as enum ('free', 'paid');
      create domain page_views as text;
      create table idx_page_views_session_entity (id int);
      create type entity_key as (a int);
      create function get_entity_visitors(a int) returns int language sql return a;
      create function is_counted() returns int language sql return 1`);
    const refusal = {
      code: "name_taken",
      details: {
        taken: [
          "type public.page_views",
          "table public.idx_page_views_session_entity",
          "materialized view public.analytics_visitors",
          "sequence public.analytics_visitors_key",
          "composite type public.entity_key",
          "table public.visitor_sessions",
          "type public.analytics_accounts",
          "function public.is_counted()",
          "function public.get_entity_visitors(integer)",
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
    expect((await migrate({ pool, schema: "headcount" })).already_applied).toBe(0);
  });

  test("names that stand for something else are not taken", async () => {
    await using database = await createTestDatabase("free names", server.url);
    const { pool } = database;
    await pool.query(`create type visitor_at as enum ('a');
      create table fold_page_view_changes (id int);
      create function analytics_visitors() returns int language sql return 1;
      create schema elsewhere;
      create table elsewhere.analytics_visitors (id int)`);
    expect((await migrate({ pool })).already_applied).toBe(0);
  });

  test("what an applied file has made does not take the name of what replaces it", async () => {
    await using database = await createTestDatabase("own names", server.url);
    const { pool } = database;
    const replacing = migrations.findIndex(({ name }) => name === "read_functions");
    const [before, after] = [migrations.slice(0, replacing), migrations.slice(replacing)];
    const version = migrations.length + 1;
    const earlier = {
      version,
      name: "earlier",
      sql: "create function :schema.get_entity_visitors() returns int language sql return 1;",
      checksum: "c",
      transaction: "per-file",
      repeat: false,
    } as const;
    await migrateFiles({ pool }, [...before, earlier]);
    const { applied } = await migrateFiles({ pool }, [...migrations, earlier]);
    expect(applied.map(({ name }) => name)).toEqual(after.map(({ name }) => name));
  });
});
