import { Pool } from "pg";
import { expect, test } from "vitest";
import { describeOutermostPostgres } from "../../../testing/each-postgres.ts";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { checkInstallation } from "./check-installation.ts";
import { migrate } from "./migrate.ts";
import type { MigrationError } from "./migration-error.ts";
import { planMigrations } from "./plan-migrations.ts";

const installedTables =
  "select count(*)::int as tables from pg_tables where schemaname in ('public', 'headcount')";

describeOutermostPostgres((server) => {
  test.each([
    ["uuid", "uuid", "uuid", "uuid"],
    ["bigint", "integer", "bigint", "bigint"],
    ["text", "varchar(40)", "uuid", "text"],
    ["bigint", "smallint", "text", "text"],
  ])("ids are followed: entities %s, accounts %s", async (entity, account, session, visitor) => {
    await using database = await createTestDatabase("id types", server.url);
    const { pool } = database;
    await pool.query(`create table page_views (id int primary key, entity_type varchar(20) not null, entity_id ${entity},
      account_id ${account}, session_id ${session}, viewed_at timestamptz not null, referrer_url varchar(500), time_on_page smallint)`);
    await migrate({ pool });
    const types = await pool.query(
      `select format_type(max(atttypid) filter (where attname = 'entity_id'), null) as entity,
         format_type(max(atttypid) filter (where attname = 'visitor_id'), null) as visitor
       from pg_attribute where attrelid = 'analytics_visitor_days'::regclass`,
    );
    expect(types.rows).toEqual([{ entity, visitor }]);
  });

  test.each([
    ["session_id", "text", "varchar(40)"],
    ["session_id", "bigint", "integer"],
    ["nothing else", undefined, "bigint"],
  ])(
    "a visitor_id that is there is read in, beside %s of type %s as %s",
    async (_beside, session, visitor) => {
      await using database = await createTestDatabase("visitor ids", server.url);
      const { pool } = database;
      await pool.query(`
      create table page_views (id int primary key, entity_type text, entity_id int, account_id int,
        ${session ? `session_id ${session},` : ""} visitor_id ${visitor}, viewed_at timestamptz);
      insert into page_views (id, entity_type, entity_id, visitor_id, viewed_at)
      select n, 'page', 1, '7', now() from generate_series(1, 3) n`);
      await migrate({ pool });
      await pool.query(
        "insert into page_views (id, entity_type, entity_id, visitor_id, viewed_at) values (4, 'page', 1, '7', now()); select fold_page_view_changes()",
      );
      const read = await pool.query(
        "select visitor_id::text, session_id, visit_count from analytics_visitors",
      );
      expect(read.rows).toEqual([{ visitor_id: "7", session_id: null, visit_count: 4 }]);
    },
  );

  test("columns that are missing are added, and rows stay as they are", async () => {
    await using database = await createTestDatabase("missing columns", server.url);
    const { pool } = database;
    await pool.query(`create table page_views (id uuid primary key, entity_type text, entity_id uuid, account_id uuid, viewed_at timestamptz);
      insert into page_views values (gen_random_uuid(), 'page', gen_random_uuid(), gen_random_uuid(), now())`);
    const place = "select ctid, xmin::text from page_views";
    const before = await pool.query(place);
    const { page_views } = await planMigrations({ pool });
    expect(page_views).toMatchObject({
      exists: true,
      adds_columns: [
        "session_id",
        "visitor_id",
        "owner_id",
        "referrer_url",
        "time_on_page",
        "source_no",
        "device_no",
      ],
      builds_indexes_concurrently: true,
    });
    await migrate({ pool });
    expect((await pool.query(place)).rows).toEqual(before.rows);
    expect((await planMigrations({ pool })).page_views.adds_columns).toEqual([]);
    const read = await pool.query("select visit_count from analytics_visitors");
    expect(read.rows).toEqual([{ visit_count: 1 }]);
  });

  test("a table that does not fit is left alone, and the error lists all that is wrong and fixes it", async () => {
    await using database = await createTestDatabase("not adoptable", server.url);
    const { pool } = database;
    await pool.query(
      `create unlogged table page_views (id numeric, entity_type integer, account_id uuid, viewed_at timestamp, time_on_page text)`,
    );
    const failure = await migrate({ pool }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "page_views_not_adoptable" });
    const { faults } = (failure as { details: { faults: string[] } }).details;
    expect(faults).toEqual([
      expect.stringContaining("It is unlogged"),
      expect.stringContaining("The column id is numeric and should be uuid, an integer or text"),
      expect.stringContaining("The column entity_type is integer and should be text"),
      expect.stringMatching(
        /^The column entity_id \(uuid, an integer or text\) is missing: give the one that holds it \(--column entity_id=NAME\), or ALTER TABLE .*;$/,
      ),
      expect.stringContaining("viewed_at is a timestamp without time zone, which names no instant"),
      expect.stringContaining("The column time_on_page is text and should be an integer (seconds)"),
    ]);
    expect((await pool.query(installedTables)).rows).toEqual([{ tables: 1 }]);

    for (const fault of faults) await pool.query(/ALTER TABLE [^;]+;/.exec(fault)?.[0] ?? fault);
    await migrate({ pool });
    expect((await checkInstallation({ pool })).faults).toEqual([]);
  });

  test("statements that fix are only given where they would do", async () => {
    await using database = await createTestDatabase("fixing", server.url);
    const { pool } = database;
    await pool.query(`create table page_views (entity_type text, entity_id int, account_id int, viewed_at timestamptz, time_on_page interval)
        partition by range (viewed_at);
      create table views_of_all_times partition of page_views default;
      insert into page_views select 'page', 1, n, now(), '00:01:30' from generate_series(1, 3) n`);
    const failure = await migrate({ pool }).catch((error: unknown) => error);
    const { faults } = (failure as MigrationError).details;
    for (const fault of faults ?? []) {
      await pool.query(/ALTER TABLE [^;]+;/.exec(fault)?.[0] ?? fault);
    }
    const fixed = await pool.query(
      "select count(distinct id)::int as ids, sum(time_on_page)::int as seconds from page_views",
    );
    expect(fixed.rows).toEqual([{ ids: 3, seconds: 270 }]);

    await pool.query(`drop table page_views;
      create table page_views (id int, entity_type text, entity_id int, account_id int, viewed_at bigint, time_on_page date)`);
    await expect(migrate({ pool })).rejects.toMatchObject({
      details: {
        faults: [
          "The column viewed_at is bigint and should be timestamp with time zone.",
          "The column time_on_page is date and should be an integer (seconds).",
        ],
      },
    });
  });

  test.each([
    ["a view", "create view page_views as select 1 as id", "It is not a table"],
    [
      "a partition",
      "create table all_views (id int, viewed_at timestamptz) partition by range (viewed_at); create table page_views partition of all_views default",
      "It is a partition",
    ],
    [
      "a table that others inherit from",
      "create table page_views (id int); create table archived () inherits (page_views)",
      "Other tables inherit from it",
    ],
  ])("%s cannot be page views", async (_kind, sql, sentence) => {
    await using database = await createTestDatabase("wrong kind", server.url);
    await database.pool.query(sql);
    await expect(migrate({ pool: database.pool })).rejects.toMatchObject({
      code: "page_views_not_adoptable",
      message: expect.stringContaining(sentence) as string,
    });
  });

  test("a second installation on one table is refused", async () => {
    await using database = await createTestDatabase("counted twice", server.url);
    const { pool } = database;
    await migrate({ pool });
    await expect(migrate({ pool, schema: "second" })).rejects.toMatchObject({
      code: "page_views_not_adoptable",
      message: expect.stringContaining(
        'The installation in the schema "headcount" counts it already',
      ) as string,
    });
  });

  test("an index name that something else has taken is reported before it is missed", async () => {
    await using database = await createTestDatabase("taken name", server.url);
    const { pool } = database;
    await pool.query(`create table page_views (id int, entity_type text, entity_id int, account_id int, viewed_at timestamptz);
      create table other (a int); create index idx_page_views_session_entity_time on other (a)`);
    await expect(migrate({ pool })).rejects.toThrow("The name idx_page_views_session_entity_time");
  });

  test("a partitioned table with rows is adopted and counted", async () => {
    await using database = await createTestDatabase("partitioned", server.url);
    const { pool } = database;
    await pool.query(`create table page_views (id bigint, entity_type text, entity_id bigint, account_id bigint, session_id bigint, viewed_at timestamptz)
        partition by range (viewed_at);
      create table views_2025 partition of page_views for values from ('2025-01-01') to ('2026-01-01');
      create table views_later partition of page_views default;
      insert into page_views select n, 'page', 1, n % 3, null, '2025-12-31T00:00Z'::timestamptz + n * interval '1 hour' from generate_series(1, 48) n;
      analyze page_views`);
    expect((await planMigrations({ pool })).page_views).toMatchObject({
      builds_indexes_concurrently: false,
      estimated_history: 48,
    });
    await migrate({ pool });
    await pool.query("insert into page_views values (49, 'page', 1, 0, null, '2026-01-05')");
    await pool.query("select fold_page_view_changes()");
    const sums = await pool.query(
      "select sum(visit_count)::int as views, count(*)::int as visitors from analytics_visitors",
    );
    expect(sums.rows).toEqual([{ views: 49, visitors: 3 }]);
  });

  test("an index of ours that leaves out rows is reported, and built anew when it is dropped", async () => {
    await using database = await createTestDatabase("narrow index", server.url);
    const { pool } = database;
    await pool.query(`create table page_views (id int, entity_type text, entity_id int, account_id int, session_id int, viewed_at timestamptz);
      create index idx_page_views_account_entity_time on page_views (account_id, entity_type) where account_id is not null;
      create index idx_page_views_session_entity_time on page_views (session_id, entity_type, entity_id) where account_id is null`);
    await expect(migrate({ pool })).rejects.toThrow(
      /idx_page_views_session_entity_time leaves out rows[^]* DROP INDEX "public"\."idx_page_views_session_entity_time";$/,
    );
    await pool.query("drop index public.idx_page_views_session_entity_time");
    await migrate({ pool });
  });

  test("an index whose build was interrupted is built again", async () => {
    await using database = await createTestDatabase("invalid index", server.url);
    const { pool } = database;
    await pool.query(`create table page_views (id int, entity_type text, entity_id int, account_id int, viewed_at timestamptz);
      insert into page_views select n, 'page', 1, n, now() from generate_series(1, 10) n`);
    // A unique index on equal rows fails in the middle of its build, as one that is interrupted does.
    const building = pool.query(
      "create unique index concurrently idx_page_views_entity_time_series on page_views (entity_type)",
    );
    await expect(building).rejects.toThrow("could not create unique index");
    await migrate({ pool });
    const index = await pool.query(
      `select i.indisvalid as valid, i.indisunique as "unique" from pg_index i where i.indexrelid = 'idx_page_views_entity_time_series'::regclass`,
    );
    expect(index.rows).toEqual([{ valid: true, unique: false }]);
  });

  test("a table in public is adopted into a schema of its own", async () => {
    await using database = await createTestDatabase("own schema", server.url);
    const { pool } = database;
    await pool.query(`create table page_views (id int, entity_type text, entity_id int, account_id int, viewed_at timestamptz);
      create table accounts (id int, username text, first_name text, last_name text);
      insert into accounts values (1, 'ada', 'Ada', 'Lovelace')`);
    await migrate({ pool });
    const { rows } = await pool.query(
      "select s.page_views::text, a.display_name from headcount.analytics_settings s, headcount.analytics_accounts a",
    );
    expect(rows).toEqual([{ page_views: "page_views", display_name: "Ada Lovelace" }]);
  });

  test("tables without a named schema are those of the host's search_path", async () => {
    await using database = await createTestDatabase("host path", server.url);
    const { pool, url } = database;
    await pool.query(`create schema app;
      create table page_views (id int);
      create table app.page_views (id int, entity_type text, entity_id int, account_id int, viewed_at timestamptz);
      create table app.accounts (id int, username text, first_name text, last_name text)`);
    const hosted = new Pool({ connectionString: url, options: "-c search_path=app,public" });
    hosted.on("error", () => undefined);
    try {
      const plan = await planMigrations({ pool: hosted });
      expect(plan).toMatchObject({
        page_views: { table: '"app"."page_views"', exists: true },
        accounts: { table: '"app"."accounts"', exists: true },
      });
      await migrate({ pool: hosted });
      expect((await migrate({ pool, pageViews: "page_views" })).applied).toEqual([]);
    } finally {
      await hosted.end();
    }
  });

  test("a table that is nowhere is created in the first schema of the host's search_path", async () => {
    await using database = await createTestDatabase("host path empty", server.url);
    const { pool, url } = database;
    await pool.query("create schema app");
    const hosted = new Pool({
      connectionString: url,
      options: "-c search_path=nowhere,app,public",
    });
    hosted.on("error", () => undefined);
    try {
      await migrate({ pool: hosted });
      const { rows } = await pool.query("select page_views::text from analytics_settings");
      expect(rows).toEqual([{ page_views: "app.page_views" }]);
    } finally {
      await hosted.end();
    }
  });

  test("a plan takes no names from accounts without the columns that they are in", async () => {
    await using database = await createTestDatabase("unfit accounts", server.url);
    const { pool } = database;
    await pool.query("create table users (id int, username text, full_name text)");
    const accounts = "users";
    expect((await planMigrations({ pool, accounts })).accounts).toEqual({
      table: '"public"."users"',
      exists: true,
      lacks_columns: ["first_name", "last_name"],
    });
    await pool.query("alter table users add first_name text, add last_name text");
    expect((await planMigrations({ pool, accounts })).accounts.lacks_columns).toEqual([]);
  });
});
