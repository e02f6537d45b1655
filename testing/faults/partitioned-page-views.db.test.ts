import { AnalyticsClient } from "@headcount/core";
import { migrate } from "@headcount/migrations";
import { expect, test } from "vitest";
import { installOracle } from "../oracle/install-oracle.ts";
import { createTestDatabase, type TestDatabase } from "../test-database.ts";
import { createPartitionedTable } from "./create-partitioned-table.ts";
import { findDifferences } from "./find-differences.ts";
import { addRandomViews, createRandomViews, writeSomething } from "./host-writes.ts";
import { withClient } from "./with-client.ts";

/** A host's page views by month, with rows, adopted. */
async function createPartitionedDatabase(hint: string): Promise<TestDatabase> {
  const database = await createTestDatabase(hint);
  const { pool } = database;
  await createPartitionedTable(pool);
  await pool.query(
    "create table page_views_earlier partition of page_views for values from (minvalue) to ('2026-01-01')",
  );
  await createRandomViews(pool);
  await addRandomViews(pool, 300);
  await migrate({ pool });
  await installOracle({ pool, timeZone: "UTC", visitorIdType: "uuid", entityIdType: "uuid" });
  return database;
}

/** Rebuilds the dates that verifying offers. */
async function fix(analytics: AnalyticsClient): Promise<void> {
  const { rebuild_range: dates } = await analytics.verify();
  if (dates === null) throw new Error("Verifying found nothing that differs.");
  await analytics.rebuild(dates);
}

test("a partitioned table is adopted with its rows, and what is written to it by its name is counted", async () => {
  await using database = await createPartitionedDatabase("partitioned");
  const { pool } = database;
  expect(await findDifferences(pool)).toEqual([]);
  await withClient(pool, async (client) => {
    for (let n = 0; n < 100; n++) await writeSomething(client);
  });
  // from one partition to another
  await pool.query(
    "update page_views set viewed_at = viewed_at + interval '31 days' where id % 3 = 0",
  );
  expect(await findDifferences(pool)).toEqual([]);
});

test("what is written to a partition by its own name is counted, whatever order its columns are in", async () => {
  await using database = await createPartitionedDatabase("by name");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await pool.query(`
    create table page_views_may (
      time_on_page integer, visitor_id uuid, gone text, session_id uuid, owner_id uuid, account_id uuid, id bigint not null, viewed_at timestamptz not null,
      device_no integer, referrer_url text, entity_id uuid, entity_type text not null, source_no integer
    );
    alter table page_views_may drop column gone;
    alter table page_views attach partition page_views_may for values from ('2026-05-01') to ('2026-06-01');
    create table page_views_june partition of page_views for values from ('2026-06-01') to ('2026-07-01') partition by hash (id);
    create table page_views_june_others partition of page_views_june for values with (modulus 1, remainder 0)`);
  expect((await analytics.getStatus()).capture.faults).toEqual([
    {
      problem: expect.stringMatching(/lack triggers \(.*june, .*june_others, .*may\)/),
      fix: 'SELECT "headcount".capture_partitions();',
    },
  ]);
  await analytics.aggregate();
  expect((await analytics.getStatus()).capture).toEqual({ on: true, faults: [] });

  // by the names of partitions and by that of page views, in one statement and in many; triggers do not see what is virtual
  await pool.query(`
    alter table page_views add doubled integer generated always as (time_on_page * 2);
    insert into page_views_january (entity_type, session_id, viewed_at) values ('article', gen_random_uuid(), '2026-01-20 12:00+00');
    insert into page_views_may (id, entity_type, entity_id, session_id, account_id, viewed_at, time_on_page)
    select 2000000 + n, 'article', md5('entity ' || n % 4)::uuid, md5('session ' || n % 9)::uuid,
      case when n % 3 = 0 then md5('account ' || n % 2)::uuid end, '2026-05-05 12:00+00'::timestamptz + n * interval '1 hour', n % 40
    from generate_series(1, 60) n;
    insert into page_views_june (id, entity_type, session_id, viewed_at) values (3000001, 'home', md5('session 1')::uuid, '2026-06-05 12:00+00');
    insert into page_views_june_others (id, entity_type, session_id, viewed_at) values
      (3000002, repeat('long', 600), md5('session 1')::uuid, '2026-06-05 12:01+00'), (3000003, 'home', null, '2026-06-05 12:02+00');
    with moved as (update page_views_may set time_on_page = 7, account_id = null where id % 2 = 0 returning id)
    update page_views set referrer_url = 'https://example.com' where id in (select id from moved) or viewed_at < '2026-01-02';
    delete from page_views_may where id % 5 = 0;
    delete from page_views where viewed_at > '2026-05-06' and id % 7 = 0;
    delete from page_views_later where id in (select id from page_views_later order by id limit 3)`);
  expect(await findDifferences(pool)).toEqual([]);
  expect((await analytics.getStatus()).left_out_page_views).toBe(1);

  // no page views any more, and its triggers are still there
  await pool.query("alter table page_views detach partition page_views_may");
  await pool.query("delete from page_views_may where id % 3 = 0");
  expect((await analytics.getStatus()).pending_changes).toBe(0);
});

test("what was written to a partition before it had triggers is found by status, and counted by its advice", async () => {
  await using database = await createPartitionedDatabase("bypassed");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await pool.query(`
    create table page_views_may partition of page_views for values from ('2026-05-01') to ('2026-06-01');
    insert into page_views_may (entity_type, session_id, viewed_at) values ('article', gen_random_uuid(), '2026-05-20 12:00+00')`);
  await analytics.aggregate();
  const { faults } = (await analytics.getStatus()).capture;
  expect(faults).toMatchObject([{ problem: expect.stringContaining("page_views_may") }]);
  await pool.query(faults[0]?.fix ?? "");
  expect((await analytics.getStatus()).capture).toEqual({ on: true, faults: [] });
  await pool.query("update page_views_may set time_on_page = 30");
  expect(await findDifferences(pool)).toEqual([]);
});

test("a partition that is detached leaves its views in the rollups, folding goes on, and a rebuild takes them out", async () => {
  await using database = await createPartitionedDatabase("detached");
  const { pool } = database;
  await pool.query("alter table page_views detach partition page_views_january");
  await pool.query(
    "insert into page_views (entity_type, session_id, viewed_at) select entity_type, session_id, viewed_at + interval '1 day' from page_views",
  );
  const analytics = new AnalyticsClient({ pool });
  await analytics.aggregate();
  await fix(analytics);
  expect(await findDifferences(pool)).toEqual([]);
});

test("pruning detaches partitions of old dates alone, deletes what is old in others, and a rebuild keeps both counted", async () => {
  await using database = await createPartitionedDatabase("pruned by partitions");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await pool.query(`
    insert into page_views (entity_type, session_id, viewed_at) select 'article', md5('new ' || n)::uuid, now() - n * interval '1 hour' from generate_series(1, 40) n;
    create table page_views_december (like page_views including all) partition by hash (id);
    create table page_views_december_all partition of page_views_december for values with (modulus 1, remainder 0);
    alter table page_views detach partition page_views_earlier;
    alter table page_views attach partition page_views_december for values from ('2025-12-01') to ('2026-01-01');
    insert into page_views (entity_type, session_id, viewed_at) values ('article', md5('session 1')::uuid, '2025-12-05')`);
  await analytics.aggregate();
  await pool.query(`
    insert into oracle.pruned_page_views
    select entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page, source_no, device_no, owner_id
    from page_views where viewed_at < now() - interval '35 days'`);
  const { detached, pruned_views } = await analytics.pruneRaw({ keepDays: 35, detach: true });
  expect(detached.map(({ table }) => table)).toEqual([
    "public.page_views_december",
    "public.page_views_january",
  ]);
  expect(pruned_views).toBe(301);
  expect(await findDifferences(pool)).toEqual([]);
  const { rows } = await pool.query(
    "select tgrelid::regclass from pg_trigger where tgrelid::regclass::text ~ 'december|january'",
  );
  expect(rows).toEqual([]);
  await pool.query("select aggregate_page_views(null, null)");
  expect(await findDifferences(pool)).toEqual([]);
});

test("a partition that is attached with rows is counted by a rebuild", async () => {
  await using database = await createPartitionedDatabase("attached");
  const { pool } = database;
  await pool.query(`
    create table page_views_2030 (like page_views including all);
    insert into page_views_2030 (id, entity_type, entity_id, session_id, viewed_at)
    select 1000000 + n, 'article', md5('entity ' || n % 4)::uuid, md5('session ' || n % 60)::uuid, '2030-05-05 12:00+00'::timestamptz + n * interval '1 hour'
    from generate_series(1, 200) n;
    alter table page_views attach partition page_views_2030 for values from ('2030-01-01') to ('2031-01-01')`);
  await fix(new AnalyticsClient({ pool }));
  await withClient(pool, async (client) => {
    for (let n = 0; n < 50; n++) await writeSomething(client);
  });
  expect(await findDifferences(pool)).toEqual([]);
});
