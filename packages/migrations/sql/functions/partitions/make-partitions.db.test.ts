import { AnalyticsClient } from "@headcount/core";
import { migrate, planMigrations } from "@headcount/migrations";
import { expect, test } from "vitest";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { installOracle } from "../../../../../testing/oracle/install-oracle.ts";
import { createTestDatabase, type TestDatabase } from "../../../../../testing/test-database.ts";

const addView = (viewedAt: string): string =>
  `insert into page_views (entity_type, session_id, viewed_at) values ('home', gen_random_uuid(), ${viewedAt})`;

async function createPartitionedDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase("monthly");
  const { pool } = database;
  await pool.query("alter default privileges grant all on tables to public");
  await migrate({ pool, partition: "monthly", timeZone: "Asia/Kolkata" });
  await installOracle({
    pool,
    timeZone: "Asia/Kolkata",
    visitorIdType: "uuid",
    entityIdType: "uuid",
  });
  return database;
}

/** Names of partitions, with how many page views are in each and how many triggers it has. */
async function partitions({ pool }: TestDatabase): Promise<unknown[]> {
  const { rows } = await pool.query<{ partition: string }>(`
    select
      t.relid::regclass::text || ' ' || (xpath('/row/n/text()', query_to_xml('select count(*) as n from ' || t.relid::regclass, false, true, '')))[1]
        || ' ' || (select count(*) from pg_trigger g where g.tgrelid = t.relid) as partition
    from pg_partition_tree('page_views') t where t.isleaf order by 1`);
  return rows.map(({ partition }) => partition);
}

/** `page_views_2026_11`, of the month so many months from now. */
async function nameOf({ pool }: TestDatabase, months: number): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    "select to_char(now() at time zone 'Asia/Kolkata' + $1 * interval '1 month', '\"page_views_\"YYYY_MM') as name",
    [months],
  );
  return rows[0]?.name ?? "";
}

test("page views are created in partitions by month of the reporting zone, and no INSERT is outside of them", async () => {
  await using database = await createPartitionedDatabase();
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  const [now, next, last] = await Promise.all([0, 1, 2].map((n) => nameOf(database, n)));
  const month = "date_trunc('month', now() at time zone 'Asia/Kolkata')";
  for (const viewedAt of [
    "now()",
    `(${month}) at time zone 'Asia/Kolkata'`,
    `(${month}) at time zone 'Asia/Kolkata' - interval '1 microsecond'`,
    `(${month} + interval '2 months') at time zone 'Asia/Kolkata'`,
    "'2019-05-05 12:00Z'",
    "'2999-05-05 12:00Z'",
    "'infinity'",
  ]) {
    await pool.query(addView(viewedAt));
  }
  expect(await partitions(database)).toEqual([
    `${now} 2 3`,
    `${next} 0 3`,
    `${last} 1 3`,
    "page_views_before 2 3",
    "page_views_default 2 3",
  ]);
  await pool.query(`insert into ${next} select (jsonb_populate_record(r, '{"id": "00000000-0000-4000-8000-000000000001"}')).* from ${next} r;
    insert into page_views_before (entity_type, viewed_at) values ('home', '2020-01-01Z')`);
  await analytics.aggregate();
  expect(await compareRollups(pool)).toEqual([]);
  const { rows: open } = await pool.query(
    "select relname from pg_class where relispartition and relkind = 'r' and relacl::text like '%=r%'",
  );
  expect(open).toEqual([]);
  const { partitions: found } = await analytics.getStatus();
  expect(found).toEqual({ ready_until: expect.stringMatching(/-01$/), faults: [] });
  expect((await planMigrations({ pool, partition: "monthly" })).pending.changes).toEqual([]);
});

test("folding makes those of later months; status names what is missing, and its advice ends it without a change to counts", async () => {
  await using database = await createPartitionedDatabase();
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  const [now, next, last] = await Promise.all([0, 1, 2].map((n) => nameOf(database, n)));
  await pool.query(`drop table ${next}, ${last}`);
  expect((await analytics.getStatus()).partitions?.faults).toMatchObject([
    { problem: expect.stringMatching(/no partition for page views from \d{4}-\d\d-01 on/) },
  ]);
  await analytics.aggregate();
  expect((await partitions(database)).slice(0, 3)).toEqual([
    `${now} 0 3`,
    `${next} 0 3`,
    `${last} 0 3`,
  ]);

  // those who fold stood still
  await pool.query(
    `drop table ${next}, ${last}; ${addView("now() + interval '1 month'")}; ${addView("'infinity'")}`,
  );
  await pool.query("call headcount.fold_pending_changes()");
  const { partitions: stuck } = await analytics.getStatus();
  expect(await partitions(database)).toEqual([
    `${now} 0 3`,
    "page_views_before 0 3",
    "page_views_default 2 3",
  ]);
  await pool.query(stuck?.faults[0]?.fix ?? "");
  expect(await partitions(database)).toEqual([
    `${now} 0 3`,
    `${next} 1 3`,
    `${last} 0 3`,
    "page_views_before 0 3",
    "page_views_default 1 3",
  ]);
  await analytics.aggregate();
  expect(await compareRollups(pool)).toEqual([]);

  await pool.query("drop table page_views_default");
  const { partitions: without } = await analytics.getStatus();
  expect(without?.faults).toMatchObject([
    { problem: expect.stringMatching(/no default partition/) },
  ]);
  await pool.query(without?.faults[0]?.fix ?? "");
  expect(await analytics.getStatus()).toMatchObject({
    partitions: { faults: [] },
    capture: { on: true },
  });
  await pool.query(addView("'2999-05-05Z'"));
  expect((await analytics.getStatus()).pending_changes).toBe(1);
});

test("only a table that is created, or has partitions by ranges of viewed_at, gets them by month", async () => {
  await using database = await createTestDatabase("not monthly");
  const { pool } = database;
  await pool.query(`create table page_views (
    id uuid, entity_type text, entity_id uuid, account_id uuid, viewed_at timestamptz not null, primary key (id, viewed_at)
  )`);
  await expect(migrate({ pool, partition: "monthly" })).rejects.toMatchObject({
    code: "page_views_not_adoptable",
    message: expect.stringContaining("leave partition out"),
  });
  // @ts-expect-error another period
  await expect(migrate({ pool, partition: "weekly" })).rejects.toMatchObject({
    field: "partition",
  });

  await pool.query(`drop table page_views; create table page_views (
      id uuid, entity_type text, entity_id uuid, account_id uuid, viewed_at timestamptz not null, primary key (id, viewed_at)
    ) partition by range (viewed_at);
    create table old partition of page_views for values from (minvalue) to ('2026-02-15');
    insert into page_views (id, entity_type, viewed_at) values (gen_random_uuid(), 'home', '2026-02-01')`);
  await migrate({ pool, partition: "monthly" });
  const { rows } = await pool.query<{ first: string; last: string }>(
    `select pg_get_expr(c.relpartbound, c.oid) as first, (select headcount.partitions_ready_until() > now() + interval '2 months') as last
     from pg_class c where c.oid = 'page_views_2026_02'::regclass`,
  );
  expect(rows).toMatchObject([
    { first: expect.stringMatching(/2026-02-15.*2026-03-01/), last: true },
  ]);
  const faults = (await new AnalyticsClient({ pool }).getStatus()).partitions?.faults ?? [];
  expect(faults).toMatchObject([{ problem: expect.stringMatching(/no default partition/) }]);
  await pool.query(faults[0]?.fix ?? "");
  expect((await new AnalyticsClient({ pool }).getStatus()).partitions?.faults).toEqual([]);
});
