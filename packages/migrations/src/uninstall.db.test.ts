import { AnalyticsClient } from "@headcount/core";
import { expect, test } from "vitest";
import { runHeadcount } from "../../../testing/run-headcount.ts";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { migrate } from "./migrate.ts";
import { uninstall } from "./uninstall.ts";

// What is in the database besides the server's own, and what hangs on page views.
const everything = `
  select p.oid::regprocedure::text as name from pg_proc p where p.pronamespace in (select oid from host)
  union all select c.oid::regclass::text from pg_class c where c.relnamespace in (select oid from host)
  union all select t.oid::regtype::text from pg_type t where t.typnamespace in (select oid from host)
  union all select t.tgname from pg_trigger t where not t.tgisinternal
  union all select h.nspname from host h
  order by 1`;
const objects = `with host as (select n.oid, n.nspname from pg_namespace n where n.nspname !~ '^pg_|^information_schema$') ${everything}`;

test.each([
  ["a schema of its own", "headcount"],
  ["a schema with other things", "public"],
])(
  "everything of ours is taken out of %s, page views stay, and are read in again",
  async (_what, schema) => {
    await using database = await createTestDatabase("uninstall");
    const { pool } = database;
    await pool.query(`
    create table page_views (id int generated always as identity primary key, entity_type text, entity_id int, account_id int,
      session_id int, viewed_at timestamptz default now(), referrer_url text, time_on_page int);
    create index idx_page_views_account_entity_time on page_views (account_id);
    create table accounts (id int, username text, first_name text, last_name text);
    create function mine() returns int language sql return 1`);
    const before = await pool.query(objects);
    await migrate({ pool, schema });
    await pool.query(
      "insert into page_views (entity_type, entity_id, session_id) values ('a', 1, 1)",
    );
    await pool.query(`select ${schema}.fold_page_view_changes()`);
    const analytics = new AnalyticsClient({ pool, schema });
    for (const level of ["owner", "site"] as const) await analytics.addLevel(level);

    const planned = await uninstall({ pool, schema, dryRun: true });
    expect(planned.removed).toContain(`table ${schema}.analytics_days`);
    expect((await pool.query(`select from ${schema}.analytics_days`)).rowCount).toBe(2);

    const { removed, kept_page_views } = await uninstall({ pool, schema });
    expect(removed).toEqual(planned.removed);
    expect(kept_page_views).toBe('"public"."page_views"');
    expect((await pool.query(objects)).rows).toEqual(before.rows);
    expect((await uninstall({ pool, schema })).removed).toEqual([]);

    await migrate({ pool, schema });
    const { rows } = await pool.query(
      `select total_views from ${schema}.analytics_aggregates where hour is null`,
    );
    expect(rows).toEqual([{ total_views: 1 }]);
  },
);

test("what of the host's depends on ours is named, and nothing is taken out", async () => {
  await using database = await createTestDatabase("uninstall depended on");
  const { pool } = database;
  await migrate({ pool });
  await pool.query(
    "create view public.report as select entity_id, total_views from headcount.analytics_aggregates",
  );
  const before = await pool.query(objects);
  await expect(uninstall({ pool })).rejects.toMatchObject({
    code: "migration_failed",
    message: expect.stringMatching(/view (public\.)?report depends on view/) as string,
  });
  expect((await pool.query(objects)).rows).toEqual(before.rows);
  await pool.query("drop view public.report");
  await uninstall({ pool });
});

test("the statements of a dry run do the same, and the command asks unless it is given --yes", async () => {
  await using database = await createTestDatabase("uninstall cli");
  const { pool, url } = database;
  const empty = await pool.query(objects);
  await migrate({ pool, pageViews: "headcount.page_views" });
  const dryRun = await runHeadcount("uninstall --dry-run", { url });
  expect(dryRun).toMatchObject({ code: 0 });
  expect(await runHeadcount("uninstall", { url })).toMatchObject({
    code: 2,
    lines: ["Nobody can be asked here: give --yes to take Headcount out."],
  });
  const questions: string[] = [];
  const no = async (question: string): Promise<boolean> => {
    questions.push(question);
    return false;
  };
  expect(await runHeadcount("uninstall", { url, confirm: no })).toMatchObject({
    code: 1,
    lines: ["Nothing was taken out."],
  });
  expect(questions).toEqual([
    expect.stringMatching(/^Take out \d+ objects of the schema "headcount"\?/),
  ]);
  expect((await pool.query("select from headcount.analytics_settings")).rowCount).toBe(1);

  await pool.query(dryRun.lines.filter((line) => line.startsWith("  ")).join("\n"));
  expect((await pool.query("select from headcount.page_views")).rowCount).toBe(0);
  await pool.query("drop schema headcount cascade");
  expect((await pool.query(objects)).rows).toEqual(empty.rows);

  await migrate({ pool });
  const done = await runHeadcount("uninstall --yes", { url });
  expect(done.code).toBe(0);
  expect(done.lines.at(-1)).toBe('Page views stay in "public"."page_views".');
  expect((await runHeadcount("uninstall --yes", { url })).lines).toEqual([
    'Nothing of Headcount is installed in the schema "headcount".',
  ]);
});
