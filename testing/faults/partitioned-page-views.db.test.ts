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

test("what is written to a partition by its own name is not counted until a rebuild, and is found by comparing", async () => {
  await using database = await createPartitionedDatabase("bypassed");
  const { pool } = database;
  await pool.query(`
    insert into page_views_january (entity_type, session_id, viewed_at) values ('article', gen_random_uuid(), '2026-01-20 12:00+00');
    delete from page_views_later where id in (select id from page_views_later order by id limit 3)`);
  const analytics = new AnalyticsClient({ pool });
  await analytics.aggregate();
  await fix(analytics);
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
