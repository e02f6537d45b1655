import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { escapeIdentifier, Pool } from "pg";
import { beforeEach, expect, test } from "vitest";
import { describeEachPostgres } from "../../../../testing/each-postgres.ts";
import { createTestDatabase, type TestDatabase } from "../../../../testing/test-database.ts";
import { migrate } from "../migrate.ts";
import { printSql } from "../print-sql.ts";
import { librarySource } from "../sql-source/library-source.ts";
import { splitStatements } from "../sql-text/split-statements.ts";

const roles = [
  "app_owner",
  "headcount_migrator",
  "headcount_writer",
  "headcount_folder",
  "headcount_reader",
] as const;
type Role = (typeof roles)[number];
const password = "only for this test";

const document = await readFile(new URL("../../../../docs/installing.md", import.meta.url), "utf8");

describeEachPostgres((server) => {
  let database: TestDatabase;
  let pools: Pool[];
  // Roles belong to the whole server: each test has its own.
  let suffix: string;

  const run = (sql: string): Promise<unknown> =>
    database.pool.query(
      sql
        .replaceAll(new RegExp(`\\b(${roles.join("|")})\\b`, "g"), `$1_${suffix}`)
        .replace(
          "ON DATABASE app",
          () =>
            `ON DATABASE ${escapeIdentifier(decodeURIComponent(new URL(database.url).pathname.slice(1)))}`,
        ),
    );
  const grantAsDocumented = async (...granted: Role[]): Promise<void> => {
    const grants = document.match(/^GRANT [^;]+;/gm) ?? [];
    for (const grant of grants.filter((text) =>
      granted.some((role) => text.endsWith(`TO ${role};`)),
    ))
      await run(grant);
  };
  const poolOf = (role: Role): Pool => {
    const url = new URL(database.url);
    url.username = `${role}_${suffix}`;
    url.password = password;
    const pool = new Pool({ connectionString: url.href, max: 2 });
    pool.on("error", () => undefined);
    pools.push(pool);
    return pool;
  };

  beforeEach(async () => {
    database = await createTestDatabase("privileges", server.url);
    suffix = randomUUID().slice(0, 8);
    pools = [];
    for (const role of roles) await run(`create role ${role} login password '${password}'`);
    await run(`
      revoke create on schema public from public;
      grant usage, create on schema public to app_owner;
      create table public.page_views (id bigint generated always as identity, entity_type text, entity_id bigint, account_id bigint, viewed_at timestamptz default now());
      insert into public.page_views (entity_type, entity_id, account_id) values ('page', 1, 1);
      alter table public.page_views owner to app_owner;
      create table public.accounts (id bigint, username text, first_name text, last_name text)`);
    return async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await database.drop();
      const maintenance = new Pool({ connectionString: server.url, max: 1 });
      for (const role of roles) await maintenance.query(`drop role ${role}_${suffix}`);
      await maintenance.end();
    };
  });
  test("the documented grants are enough to migrate, write, fold and read", async () => {
    await grantAsDocumented("headcount_migrator");
    const migrated = await migrate({ pool: poolOf("headcount_migrator"), schema: "headcount" });
    expect(migrated.schema_version).toBe(librarySource.release);

    await run("grant insert, update, delete, select on public.page_views to headcount_writer");
    await grantAsDocumented("headcount_writer", "headcount_folder", "headcount_reader");
    const writer = poolOf("headcount_writer");
    await writer.query(
      "insert into page_views (entity_type, entity_id, account_id) values ('page', 1, 2), ('page', 1, 3)",
    );
    await writer.query("update page_views set account_id = 4 where account_id = 3");
    await writer.query("delete from page_views where account_id = 1");
    const folder = poolOf("headcount_folder");
    const folded = await folder.query("select headcount.fold_page_view_changes() as changes");
    expect(folded.rows).toEqual([{ changes: 5 }]);
    await folder.query("select headcount.aggregate_page_views(null, null)");
    const reader = poolOf("headcount_reader");
    const read = await reader.query(
      "select sum(views)::int as views from headcount.get_time_series_data('page', 1, current_date - 1, current_date + 1)",
    );
    expect(read.rows).toEqual([{ views: 2 }]);
    await expect(reader.query("delete from headcount.analytics_days")).rejects.toThrow(
      "permission denied",
    );

    // who installed may not even look at page views any more, and writers go on
    await run(`
      create table public.more () inherits (public.page_views); alter table public.more owner to app_owner; grant insert on public.more to headcount_writer;
      select headcount.capture_partitions();
      revoke all on schema public from public, headcount_migrator;
      grant usage on schema public to headcount_writer, headcount_folder; revoke app_owner from headcount_migrator`);
    await writer.query("insert into page_views (entity_type, entity_id) values ('page', 1)");
    await writer.query("update page_views set account_id = 5 where account_id is null");
    await writer.query("delete from page_views where account_id = 5");
    await writer.query("insert into more (id, entity_type, entity_id) values (9, 'page', 1)");
    await folder.query("select headcount.fold_page_view_changes()");
  });

  test("roles that write page views before the installation go on writing after it", async () => {
    await run("grant insert on public.page_views to headcount_writer");
    await grantAsDocumented("headcount_migrator");
    await migrate({ pool: poolOf("headcount_migrator"), schema: "headcount" });
    const writer = poolOf("headcount_writer");
    const { rowCount } = await writer.query(
      "insert into page_views (entity_type, entity_id) values ('page', 2)",
    );
    expect(rowCount).toBe(1);
  });

  test("the owner of page views truncates it without a grant of ours, and the rollups are emptied", async () => {
    await grantAsDocumented("headcount_migrator");
    await migrate({ pool: poolOf("headcount_migrator"), schema: "headcount" });
    const owner = poolOf("app_owner");
    await owner.query("truncate page_views");
    const left = await database.pool.query("select from headcount.analytics_visitors");
    expect(left.rowCount).toBe(0);
  });

  test("a role with too few privileges gets every missing GRANT, and those are enough", async () => {
    await run("alter table public.accounts owner to app_owner");
    const pool = poolOf("headcount_migrator");
    const failure: unknown = await migrate({ pool, schema: "headcount" }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: "missing_privilege" });
    const { grants } = (failure as { details: { grants: string[] } }).details;
    const role = `headcount_migrator_${suffix}`;
    expect(grants).toEqual([
      expect.stringMatching(new RegExp(`^GRANT CREATE ON DATABASE ".*" TO ${role};$`)),
      `GRANT CREATE ON SCHEMA public TO ${role};`,
      `GRANT app_owner_${suffix} TO ${role};`,
      `GRANT SELECT ON public.page_views TO ${role};`,
      `GRANT TRIGGER ON public.page_views TO ${role};`,
      `GRANT SELECT ON public.accounts TO ${role};`,
    ]);
    const installed = await database.pool.query(
      "select from pg_namespace where nspname = 'headcount'",
    );
    expect(installed.rowCount).toBe(0);

    for (const grant of grants) await database.pool.query(grant);
    expect((await migrate({ pool, schema: "headcount" })).schema_version).toBe(
      librarySource.release,
    );
  });

  test("a role that may not migrate can print the SQL for one that may", async () => {
    await run("revoke select on public.page_views from public");
    const sql = await printSql({ pool: poolOf("headcount_reader"), schema: "headcount" });
    expect(sql).toContain("create index concurrently");
    const applied = splitStatements(sql).map(({ text }) => text);
    for (const statement of applied) await database.pool.query(statement);
    expect((await migrate({ pool: database.pool, schema: "headcount" })).applied).toEqual([]);
  });

  test("a role that may not read the installation reads which GRANT it needs", async () => {
    await grantAsDocumented("headcount_migrator");
    await migrate({ pool: poolOf("headcount_migrator"), schema: "headcount" });
    await expect(
      migrate({ pool: poolOf("headcount_writer"), schema: "headcount" }),
    ).rejects.toMatchObject({
      code: "missing_privilege",
      details: {
        grants: [
          `GRANT USAGE ON SCHEMA headcount TO headcount_writer_${suffix};`,
          `GRANT SELECT ON headcount.analytics_settings TO headcount_writer_${suffix};`,
          `GRANT SELECT ON headcount.headcount_migrations TO headcount_writer_${suffix};`,
        ],
      },
    });
  });
});
