import { randomUUID } from "node:crypto";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { foldEverything } from "../../../../testing/oracle/fold-everything.ts";
import { createTestDatabase, type TestDatabase } from "../../../../testing/test-database.ts";
import { checkInstallation } from "../../src/check-installation.ts";
import { migrate } from "../../src/migrate.ts";

// Roles belong to the whole server, so these have names of their own.
const suffix = randomUUID().slice(0, 8);
/** A role of browsers, which a hosted Postgres gives all that is made in the schema. */
const browser = `browser_${suffix}`;
/** A role that may add page views, and nothing else. */
const writer = `writer_${suffix}`;

let database: TestDatabase;
let pool: Pool;
const pools: Pool[] = [];

/** Does something as a role that connects by itself. */
function as(role: string): Pool {
  const url = new URL(database.url);
  url.username = role;
  const its = new Pool({ connectionString: url.href, max: 1 });
  its.on("error", () => undefined);
  pools.push(its);
  return its;
}

const views = async (): Promise<number> => {
  const { rows } = await pool.query<{ views: number }>(
    "select coalesce(sum(total_views), 0)::int as views from analytics_aggregates where hour is null",
  );
  return rows[0]?.views ?? Number.NaN;
};

beforeAll(async () => {
  database = await createTestDatabase("grants");
  ({ pool } = database);
  await pool.query(`
    create role ${browser} login; create role ${writer} login;
    grant usage on schema public to ${browser}, ${writer};
    alter default privileges in schema public grant all on tables to ${browser};
    alter default privileges in schema public grant all on sequences to ${browser};
    alter default privileges in schema public grant all on functions to ${browser};
    create table accounts (id bigint primary key, username text, first_name text, last_name text);
    insert into accounts values (1, 'ada', 'Ada', 'L');
    create table page_views (
      id bigint generated always as identity, entity_type text not null, entity_id text, account_id bigint, session_id text,
      viewed_at timestamptz not null default now(), time_on_page integer
    );
    alter table accounts enable row level security;
    alter table page_views enable row level security;
    create policy anonymous on page_views for insert to ${writer} with check (account_id is null);
    grant insert on page_views to ${writer}`);
  await migrate({ pool, schema: "public" });
  await pool.query(
    "insert into page_views (entity_type, entity_id, account_id) values ('listing', '7', 1)",
  );
  await foldEverything(pool);
});

afterAll(async () => {
  await Promise.all(pools.map((its) => its.end()));
  await pool.query(`drop owned by ${browser}, ${writer}; drop role ${browser}, ${writer}`);
  await database.drop();
});

/** What others than its owner may do with a relation of ours, or execute of what runs with its owner's rights. */
async function grantsToOthers(): Promise<string[]> {
  const { rows } = await pool.query<{ granted: string }>(`
    select concat_ws(' ', a.grantee::regrole, a.privilege_type, c.oid::regclass) as granted
    from pg_class c cross join lateral aclexplode(c.relacl) a
    where c.relnamespace = 'public'::regnamespace and a.grantee <> c.relowner
      and c.relname not in ('page_views', 'page_views_id_seq', 'accounts')
    union all
    select concat_ws(' ', a.grantee::regrole, a.privilege_type, p.oid::regprocedure)
    from pg_proc p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    where p.pronamespace = 'public'::regnamespace and p.prosecdef and a.grantee <> p.proowner`);
  return rows.map(({ granted }) => granted);
}

test("default privileges of the host's give nobody the queues, the rollups or what leads to them", async () => {
  expect(await grantsToOthers()).toEqual([]);
  const client = as(browser);
  for (const sql of [
    "select count(*) from page_view_changes",
    "insert into page_view_changes (slot, sign, entity_type, entity_id, viewed_at) values (0, 1, 'listing', '7', now())",
    "select account_id, visit_count from analytics_visitors",
    "select * from analytics_aggregates",
    "select * from analytics_accounts",
    "select username from get_entity_visitors('listing', '7')",
    "select * from get_time_series_data('listing', '7', '2026-01-01', '2026-01-31', 'daily')",
    "select * from pending_series('{listing}', '{7}', '2026-01-01', '2026-01-31')",
    "select fold_page_view_changes()",
    "select fold_page_view_changes(20000, 8)",
    "select aggregate_page_views(null, null)",
    "delete from analytics_entity_visitors",
    "delete from headcount_migrations",
    "select nextval(pg_get_serial_sequence('page_view_changes', 'change_id'))",
  ])
    await expect(client.query(sql)).rejects.toMatchObject({ code: "42501" });
  // those of page views and accounts are the host's affair
  expect((await client.query("select from page_views")).rowCount).toBe(0);
});

test("they give nobody a schema or page views that we create, and who may create things by a grant is named", async () => {
  await pool.query(
    `alter default privileges grant all on schemas to ${browser}; alter default privileges grant all on tables to ${browser}`,
  );
  await migrate({ pool, schema: 'My "own"', pageViews: 'My "own".page_views' });
  await pool.query(`
    alter default privileges revoke all on schemas from ${browser}; alter default privileges revoke all on tables from ${browser};
    grant create on schema public to ${browser}`);
  const { rows } = await pool.query(`
    select concat_ws(' ', a.grantee::regrole, a.privilege_type, c.relname) as granted
    from pg_namespace n join pg_class c on c.relnamespace = n.oid
    cross join lateral (select * from aclexplode(c.relacl) union all select * from aclexplode(n.nspacl)) a
    where n.nspname = 'My "own"' and a.grantee <> n.nspowner`);
  expect(rows).toEqual([]);
  const { faults } = await checkInstallation({ pool, schema: "public" });
  expect(faults.map(({ fix }) => fix)).toEqual([`REVOKE CREATE ON SCHEMA public FROM ${browser};`]);
  await pool.query(faults[0]?.fix ?? "");
  expect((await checkInstallation({ pool, schema: "public" })).faults).toEqual([]);
});

test("they give nothing of what is made anew by a later migration, and what the host has granted stays", async () => {
  const reader = `reader_${suffix}`;
  await pool.query(`
    create role ${reader};
    grant select on analytics_aggregates to ${reader};
    grant execute on function pending_series to ${reader}`);
  try {
    const granted = await grantsToOthers();
    expect(granted).toHaveLength(2);
    // as when these came from a version that had others
    await pool.query(`
      update headcount_migrations set rendered_checksum = 'another', objects = jsonb_set(objects, '{unpacked_hours,signature}', '"another"')
      where kind = 'functions';
      update headcount_migrations set rendered_checksum = 'another' where kind = 'attachments'`);
    const before = await pool.query("select 'analytics_aggregates'::regclass::oid");
    await migrate({ pool, schema: "public" });
    const after = await pool.query("select 'analytics_aggregates'::regclass::oid");
    expect(after.rows).not.toEqual(before.rows);
    expect((await grantsToOthers()).toSorted()).toEqual(granted.toSorted());
  } finally {
    await pool.query(`drop owned by ${reader}; drop role ${reader}`);
  }
});

test("who may only add page views has them counted, and can touch nothing of ours", async () => {
  const client = as(writer);
  await expect(
    client.query("insert into page_views (entity_type, account_id) values ('listing', 1)"),
  ).rejects.toThrow("row-level security");
  const counted = await views();
  await client.query(
    "insert into page_views (entity_type, entity_id, session_id) values ('listing', '7', 's')",
  );
  await foldEverything(pool);
  expect(await views()).toBe(counted + 1);

  const { rows } = await pool.query<{ name: string; table: boolean }>(`
    select c.oid::regclass::text as name, c.relkind = 'r' as table from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and c.relname <> 'page_views'`);
  expect(rows.length).toBeGreaterThan(15);
  for (const { name, table } of rows) {
    const writes = [
      `insert into ${name} default values`,
      `delete from ${name}`,
      `truncate ${name}`,
    ];
    for (const sql of [`select from ${name}`, ...(table ? writes : [])])
      await expect(client.query(sql)).rejects.toMatchObject({ code: "42501" });
  }
});

test("nobody captures changes of a table of their own", async () => {
  const client = await as(writer).connect();
  const counted = await views();
  await client.query(
    "create temp table forged (entity_type text, entity_id text, account_id bigint, session_id text, viewed_at timestamptz, time_on_page integer)",
  );
  const triggers = [
    ["insert", "referencing new table as added", "capture_added_page_views"],
    ["delete", "referencing old table as removed", "capture_removed_page_views"],
    ["update", "referencing old table as removed new table as added", "capture_edited_page_views"],
    ["truncate", "", "capture_truncated_page_views"],
  ].map(
    ([event, named, capture]) =>
      `create trigger forge_${event} after ${event} on forged ${named} for each statement execute function public.${capture}()`,
  );
  const forge =
    "insert into forged (entity_type, entity_id, viewed_at) values ('listing', '7', now())";
  for (const trigger of triggers)
    await expect(client.query(trigger)).rejects.toMatchObject({ code: "42501" });
  await client.query(forge);

  // nor does a role that a host has granted everything
  await pool.query(`grant execute on all functions in schema public to ${writer}`);
  for (const trigger of triggers) await client.query(trigger);
  for (const sql of [
    forge,
    "update forged set entity_id = '8'",
    "delete from forged",
    "truncate forged",
  ])
    await expect(client.query(sql)).rejects.toMatchObject({
      code: "42501",
      message: expect.stringMatching(/forged is not the table of page views/) as string,
    });
  await pool.query(`revoke execute on all functions in schema public from ${writer}`);
  await client.query("drop table forged");
  client.release();
  await foldEverything(pool);
  expect(await views()).toBe(counted);
});

test("what roles were granted beyond the docs is named, and the advice that is given ends it", async () => {
  await pool.query(`
    grant all on analytics_days to ${browser}; grant select on analytics_visitors, analytics_days to ${writer};
    grant insert on page_view_changes to ${writer}; grant select on visitor_sessions to public;
    grant execute on function pending_series, visitor_of_ref to ${browser}, public;
    grant execute on function capture_added_page_views to ${writer};
    grant select, update on analytics_slots to ${browser}; grant insert, delete on page_view_changes to ${browser}`);
  const { faults } = await checkInstallation({ pool, schema: "public" });
  expect(faults.map(({ fix }) => fix)).toEqual([
    expect.stringMatching(
      `^REVOKE (MAINTAIN, )?REFERENCES, TRIGGER, TRUNCATE ON public.analytics_days FROM ${browser};$`,
    ),
    `REVOKE INSERT ON public.page_view_changes FROM ${writer};`,
    "REVOKE SELECT ON public.visitor_sessions FROM PUBLIC;",
    `REVOKE EXECUTE ON FUNCTION public.capture_added_page_views() FROM ${writer};`,
    expect.stringMatching(/^REVOKE EXECUTE ON FUNCTION public.pending_series\(.*\) FROM PUBLIC;$/),
    expect.stringMatching(/^REVOKE EXECUTE ON FUNCTION public.visitor_of_ref\(.*\) FROM PUBLIC;$/),
  ]);
  expect(faults[1]?.problem).toBe(
    `${writer} has INSERT on public.page_view_changes, which docs/installing.md grants to no such role.`,
  );
  for (const { fix } of faults) await pool.query(fix);
  expect((await checkInstallation({ pool, schema: "public" })).faults).toEqual([]);
});

test("page views are captured under another name", async () => {
  const counted = await views();
  await pool.query(
    "alter table page_views rename to viewed; insert into viewed (entity_type) values ('listing')",
  );
  await pool.query("alter table viewed rename to page_views");
  await foldEverything(pool);
  expect(await views()).toBe(counted + 1);
});

test("a host that renames a column, or adds and drops one, goes on writing, and its views are counted", async () => {
  const counted = await views();
  await pool.query(`
    alter table page_views add note text;
    alter table page_views rename entity_type to kind;
    alter table page_views rename viewed_at to created_at;
    insert into page_views (kind, note) values ('renamed', 'a'), ('renamed', 'b'), ('renamed', 'c');
    update page_views set created_at = created_at - interval '1 day' where note = 'a';
    delete from page_views where note = 'b';
    alter table page_views drop note;
    insert into page_views (kind) values ('renamed')`);
  await pool.query(
    "alter table page_views rename kind to entity_type; alter table page_views rename created_at to viewed_at",
  );
  await foldEverything(pool);
  expect(await views()).toBe(counted + 3);
});
