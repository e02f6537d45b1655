import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foldEverything } from "../../../../testing/oracle/fold-everything.ts";
import { createTestDatabase, type TestDatabase } from "../../../../testing/test-database.ts";
import { migrate } from "../../src/migrate.ts";

// What the plan that Headcount grew from calls, as it is written there: by named arguments, by its columns, and in a database
// where its own statements about page views were run before.

const listing = "00000000-0000-4000-8000-000000000001";
const ada = "00000000-0000-4000-8000-00000000000a";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase("plan calls");
  const { pool } = database;
  await pool.query(`
    create table accounts (id uuid primary key, username text, first_name text, last_name text);
    insert into accounts values ('${ada}', 'ada', 'Ada', 'Lovelace');
    create table page_views (
      id uuid primary key default gen_random_uuid(), entity_type text not null, entity_id uuid, account_id uuid,
      viewed_at timestamptz not null default now()
    );
    alter table page_views add column session_id uuid, add column referrer_url text, add column time_on_page integer;
    create index idx_page_views_entity_time_series on page_views (entity_type, entity_id, viewed_at desc);
    create index idx_page_views_account_entity_time on page_views (account_id, entity_type, entity_id, viewed_at desc)
      where account_id is not null;
    create index idx_page_views_session_entity on page_views (session_id, entity_type, entity_id) where account_id is null;
    insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page) values
      ('listing', '${listing}', '${ada}', gen_random_uuid(), now() - interval '2 days', 30),
      ('listing', '${listing}', '${ada}', gen_random_uuid(), now() - interval '1 day', 40),
      ('listing', '${listing}', null, gen_random_uuid(), now() - interval '1 day', null),
      ('page', null, null, gen_random_uuid(), now() - interval '1 day', null)`);
  await migrate({ pool });
  await foldEverything(pool);
});

afterAll(() => database.drop());

/** The columns of an answer with their types, and its rows. */
async function ask(sql: string): Promise<{ columns: string[]; rows: Record<string, unknown>[] }> {
  const { rows, fields } = await database.pool.query<Record<string, unknown>>(sql);
  const { rows: types } = await database.pool.query<{ type: string }>(
    "select format_type(t.oid, null) as type from unnest($1::oid[]) with ordinality t (oid, nth) order by nth",
    [fields.map(({ dataTypeID }) => dataTypeID)],
  );
  return { columns: fields.map(({ name }, nth) => `${name} ${types[nth]?.type}`), rows };
}

test("get_time_series_data has the plan's columns first", async () => {
  const { columns, rows } = await ask(`
    select * from get_time_series_data(
      p_entity_type => 'listing', p_entity_id => '${listing}', p_date_from => current_date - 7, p_date_to => current_date,
      p_period => 'daily'
    )`);
  expect(columns.slice(0, 4)).toEqual([
    "date date",
    "views bigint",
    "unique_visitors bigint",
    "unique_accounts bigint",
  ]);
  expect(rows.map(({ views }) => Number(views)).reduce((sum, views) => sum + views)).toBe(3);
});

describe("get_entity_visitors", () => {
  const dates = "p_date_from => current_date - 7, p_date_to => current_date";

  test.each([
    ["with all arguments", `${dates}, p_limit => 50`],
    ["with its own limit", dates],
  ])("has the plan's columns first, %s", async (_how, rest) => {
    const { columns, rows } = await ask(
      `select * from get_entity_visitors(p_entity_type => 'listing', p_entity_id => '${listing}', ${rest})`,
    );
    expect(columns.slice(0, 7)).toEqual([
      "account_id uuid",
      "username text",
      "display_name text",
      "visit_count bigint",
      "first_visit timestamp with time zone",
      "last_visit timestamp with time zone",
      "avg_time_on_page numeric",
    ]);
    expect(rows).toMatchObject([
      {
        account_id: ada,
        username: "ada",
        display_name: "Ada Lovelace",
        visit_count: "2",
        ref: null,
      },
      { account_id: null, display_name: "Anonymous", visit_count: "1", ref: expect.any(String) },
    ]);
  });
});

test.each([
  ["to a date", "p_start_date => current_date - 7, p_end_date => current_date", "4"],
  ["to today", "p_start_date => current_date - 1", "3"],
])("aggregate_page_views counts again from a date %s", async (_how, dates) => {
  const { rows } = await ask(`select aggregate_page_views(${dates}) as page_views`);
  expect(Number(rows[0]?.["page_views"])).toBeGreaterThanOrEqual(3);
});

test("analytics_aggregates has the plan's columns and types, and an id of each row that stays", async () => {
  const question = `
    select
      id, entity_type, entity_id, date, hour, total_views, unique_visitors, unique_accounts, anonymous_visitors,
      avg_time_on_page, bounce_rate, created_at, updated_at
    from analytics_aggregates order by entity_type, date, hour nulls first`;
  const { columns, rows } = await ask(question);
  expect(columns).toEqual([
    "id uuid",
    "entity_type text",
    "entity_id uuid",
    "date date",
    "hour integer",
    "total_views integer",
    "unique_visitors integer",
    "unique_accounts integer",
    "anonymous_visitors integer",
    "avg_time_on_page numeric",
    "bounce_rate numeric",
    "created_at timestamp with time zone",
    "updated_at timestamp with time zone",
  ]);
  expect(rows.length).toBeGreaterThan(5);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  for (const row of rows)
    expect(row).toMatchObject({ created_at: expect.any(Date), updated_at: expect.any(Date) });
  await database.pool.query("select aggregate_page_views(null, null)");
  expect((await ask(question)).rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
});

test("a query that asks analytics_aggregates for no instant reads no day for it", async () => {
  const { rows } = await database.pool.query<Record<"QUERY PLAN", string>>(
    `explain select hour, total_views from analytics_aggregates
     where entity_type = 'listing' and entity_id = '${listing}' and hour is not null and date = current_date - 1`,
  );
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(plan).toContain("analytics_hours");
  expect(plan).not.toContain("Join");
});

test("analytics_visitors has the plan's columns, and needs no REFRESH", async () => {
  const { rows } = await ask(
    `select entity_type, entity_id, account_id, session_id, visit_count, first_visit, last_visit, avg_time_on_page
     from analytics_visitors where entity_id = '${listing}' order by visit_count desc`,
  );
  expect(rows).toMatchObject([
    { account_id: ada, session_id: null, visit_count: 2, avg_time_on_page: "35.00" },
    { account_id: null, session_id: expect.any(String), visit_count: 1, avg_time_on_page: null },
  ]);
});

test("visitor_sessions has one row for each session, with when it was seen first and last", async () => {
  const { rows } = await ask(
    "select session_id, account_id, first_seen_at, last_seen_at, ip_address, user_agent, total_views from visitor_sessions",
  );
  expect(rows).toHaveLength(4);
  for (const row of rows)
    expect(row).toMatchObject({ first_seen_at: expect.any(Date), total_views: 1 });
  const again = `
    insert into visitor_sessions (session_id, user_agent) select session_id, 'Firefox' from visitor_sessions
    on conflict (session_id) do nothing`;
  expect((await database.pool.query(again)).rowCount).toBe(0);
});
