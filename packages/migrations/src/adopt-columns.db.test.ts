import { expect, test } from "vitest";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { migrate } from "./migrate.ts";
import { planMigrations } from "./plan-migrations.ts";

test("columns that the table does not have are refused", async () => {
  await using database = await createTestDatabase("no such column");
  const { pool } = database;
  await pool.query(
    `create table page_views (id int, kind text, entity_id int, account_id int, created_at timestamptz)`,
  );
  const columns = { entity_type: "kind", viewed_at: "createdat" };
  await expect(planMigrations({ pool, columns })).rejects.toMatchObject({
    code: "invalid_input",
    field: "columns",
    message:
      'columns has createdat for viewed_at, which "public"."page_views" does not have. Did you mean created_at?',
  });
  await expect(
    planMigrations({
      pool,
      columns: { entity_type: "kind", viewed_at: "created_at" },
      entityType: "x",
    }),
  ).rejects.toMatchObject({ code: "invalid_input", field: "entityType" });
});

test.each([
  ["a virtual column", "ms integer, time_on_page integer generated always as (ms / 1000)"],
  ["a collation that takes different texts for equal", "session_id text collate ignoring_case"],
  ["citext", "session_id citext"],
])(
  "%s is refused before anything is written, with the statement that ends it",
  async (_kind, column) => {
    await using database = await createTestDatabase("not exact");
    const { pool } = database;
    await pool.query(`create extension citext;
    create collation ignoring_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    create table page_views (id bigint generated always as identity primary key, entity_type text, entity_id bigint,
      account_id bigint, viewed_at timestamptz not null default now(), ${column})`);
    const objects =
      "select count(*)::int as objects from pg_class where relnamespace = 'public'::regnamespace";
    const before = await pool.query(objects);
    const failure = await migrate({ pool }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "page_views_not_adoptable" });
    expect((await pool.query(objects)).rows).toEqual(before.rows);
    const { faults } = (failure as { details: { faults: string[] } }).details;
    for (const fault of faults) await pool.query(/ALTER TABLE .*;/.exec(fault)?.[0] ?? fault);
    await migrate({ pool });
    await pool.query("insert into page_views (entity_type, entity_id) values ('a', 1)");
  },
);

test("a visitor_id of another type than session_id is refused, with what fixes it", async () => {
  await using database = await createTestDatabase("visitor type");
  const { pool } = database;
  await pool.query(
    "create table page_views (id int, entity_type text, entity_id int, account_id int, session_id uuid, visitor_id bigint, viewed_at timestamptz)",
  );
  await expect(migrate({ pool })).rejects.toThrow(
    'The column visitor_id is bigint and should be of the type of session_id: ALTER TABLE "public"."page_views" ALTER COLUMN "visitor_id" TYPE uuid USING "visitor_id"::text::uuid; (or give the one that says which browser it was: --column visitor_id=NAME)',
  );
  await pool.query("alter table page_views rename visitor_id to whom");
  expect((await migrate({ pool })).applied.length).toBeGreaterThan(0);
});
