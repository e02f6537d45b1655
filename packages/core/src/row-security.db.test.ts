import { checkInstallation, migrate } from "@headcount/migrations";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../testing/test-database.ts";
import { AnalyticsClient } from "./analytics-client.ts";

// A host that switches row level security on for all tables of its database, ours too, and forces it upon their owner, which is no
// superuser. Roles belong to the whole server, so these have names of their own.

const suffix = crypto.randomUUID().slice(0, 8);
const owner = `owner_${suffix}`;
const other = `other_${suffix}`;
const listing = { entity_type: "listing", entity_id: "7" };

let database: TestDatabase;
/** The host's, which owns everything. */
let host: Pool;
let theirs: Pool;

function connectAs(role: string): Pool {
  const url = new URL(database.url);
  url.username = role;
  const pool = new Pool({ connectionString: url.href });
  pool.on("error", () => undefined);
  return pool;
}

beforeAll(async () => {
  database = await createTestDatabase("row security");
  await database.pool.query(`
    create role ${owner} login; create role ${other} login;
    grant create on schema public to ${owner};
    do $$ begin execute format('grant create on database %I to ${owner}', current_database()); end $$`);
  host = connectAs(owner);
  theirs = connectAs(other);
  await host.query(`create table page_views (id bigint generated always as identity primary key, entity_type text not null,
    entity_id text, account_id bigint, session_id text, viewed_at timestamptz not null default now(), time_on_page integer)`);
  await migrate({ pool: host });
  await addViews(3);
  await new AnalyticsClient({ pool: host }).aggregate();
  await host.query(`
    grant usage on schema headcount to ${other};
    grant all on all tables in schema public, headcount to ${other};
    grant execute on all functions in schema headcount to ${other}`);
  await forEachTable("enable row level security, force row level security");
});

afterAll(async () => {
  await Promise.all([host.end(), theirs.end()]);
  await database.pool.query(
    `drop owned by ${owner}, ${other} cascade; drop role ${owner}, ${other}`,
  );
  await database.drop();
});

const addViews = (views: number) =>
  host.query(
    "insert into page_views (entity_type, entity_id, session_id) select 'listing', '7', 's' || n from generate_series(1, $1::int) n",
    [views],
  );

const forEachTable = (alteration: string) =>
  host.query(`do $$ declare v_table regclass; begin
    for v_table in select c.oid from pg_class c where c.relnamespace = 'headcount'::regnamespace and c.relkind = 'r' loop
      execute format('alter table %s ${alteration}', v_table);
    end loop; end $$`);

const viewsFor = async (pool: Pool): Promise<number> =>
  (await new AnalyticsClient({ pool }).getTimeSeries(listing)).totals.views;

test("the host's statements succeed, and their views are folded and counted", async () => {
  const analytics = new AnalyticsClient({ pool: host });
  await addViews(2);
  await host.query("update page_views set session_id = 't' where id = 1");
  await host.query("delete from page_views where id = 2");
  expect(await viewsFor(host)).toBe(4);
  expect(await analytics.aggregate()).toMatchObject({ folded_changes: 5 });
  expect(await viewsFor(host)).toBe(4);
  expect(await analytics.verify()).toMatchObject({ page_views: 4, differences: 0 });
  await host.query("truncate page_views");
  expect(await viewsFor(host)).toBe(0);
  await addViews(1);
});

test("a role from which it hides our rows gets no smaller number, and what check lists ends it", async () => {
  const lists = /Row level security hides the tables .* run what this lists: npx @headcount/;
  const its = new AnalyticsClient({ pool: theirs });
  for (const call of [() => viewsFor(theirs), () => its.aggregate(), () => its.verify()])
    await expect(call()).rejects.toMatchObject({
      code: "database",
      message: expect.stringMatching(lists) as string,
    });
  for (const sql of [
    "select headcount.fold_page_view_changes()",
    "select headcount.aggregate_page_views(null, null)",
  ])
    await expect(theirs.query(sql)).rejects.toThrow(
      `row level security of headcount.analytics_audit hides rows from role ${other}`,
    );

  const hides = /^Row level security of headcount\.(\w+) hides its rows from /;
  const faults = async () =>
    (await checkInstallation({ pool: host })).faults.filter(({ problem }) => hides.test(problem));
  const found = await faults();
  expect(found).toContainEqual({
    problem: `Row level security of headcount.analytics_days hides its rows from ${other}: numbers are smaller than they are.`,
    fix: "ALTER TABLE headcount.analytics_days DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;",
  });
  for (const { fix } of found) await host.query(fix);
  expect(await faults()).toEqual([]);
  expect(await viewsFor(theirs)).toBe(1);
  expect(await its.aggregate()).toMatchObject({ folded_changes: 1 });
});

test("what the host's own policies say of our rows is the host's affair", async () => {
  await host.query(`
    alter table headcount.analytics_days enable row level security;
    create policy one_page on headcount.analytics_days for select to ${other} using (entity_id = '8')`);
  expect(await viewsFor(theirs)).toBe(0);
  const { faults } = await checkInstallation({ pool: host });
  expect(faults.filter(({ problem }) => problem.startsWith("Row level security"))).toEqual([]);
  await host.query("alter table headcount.analytics_days disable row level security");
});

test("where it is forced upon the owner of page views, views are captured, and folding says what ends it", async () => {
  await host.query(`
    create policy writing on page_views for insert to ${owner} with check (true);
    alter table page_views enable row level security, force row level security`);
  await addViews(2);
  const analytics = new AnalyticsClient({ pool: host });
  const refused = await analytics.aggregate().catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "database",
    message:
      `The database answered: row level security of public.page_views hides page views from role ${owner}: its policies are writing. ` +
      "It is forced upon the owner of the table: alter table public.page_views no force row level security.",
  });
  const { message } = refused as Error;
  await host.query(/alter table .*(?=\.$)/.exec(message)?.[0] ?? "no advice");
  expect(await analytics.aggregate()).toMatchObject({ folded_changes: 2 });
  expect(await viewsFor(host)).toBe(3);
});
