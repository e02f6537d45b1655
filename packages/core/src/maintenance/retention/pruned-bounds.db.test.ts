import { migrate } from "@headcount/migrations";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import type { PrunedRaw } from "../../contract/retention.ts";

const timeZone = "Europe/Berlin";
const keepDays = 35;
// the first of the month that is pruned to
const boundary = `date_trunc('month', ((now() at time zone '${timeZone}')::date - ${keepDays})::timestamp)`;

let database: TestDatabase;
let analytics: AnalyticsClient;
let pruned: PrunedRaw;

// Of the first partition all goes. In the second one there is a month that stays, so that rows of it are deleted.
beforeAll(async () => {
  database = await createTestDatabase("pruned bounds");
  const { pool } = database;
  await migrate({ pool, partition: "monthly", timeZone });
  await pool.query(`
    drop table page_views_before;
    select make_partition(n.name, (${boundary} + n.first) at time zone '${timeZone}', (${boundary} + n.until) at time zone '${timeZone}', false)
    from (
      values ('first', interval '-4 months', interval '-2 months'), ('second', interval '-2 months', interval '1 month')
    ) n (name, first, until)`);
  analytics = new AnalyticsClient({ pool });
  for (const level of ["owner", "type", "site"] as const) await analytics.addLevel(level);
  await pool.query("create schema expected");
  await pool.query(`
    create table expected.views as
    select
      t.entity_type, e.entity_id, md5(t.entity_type || ' owner')::uuid as owner_id, (t.day + v.time) at time zone '${timeZone}' as viewed_at,
      case when v.by_somebody then md5(v.time::text)::uuid end as session_id
    from (
      values ('detached', ${boundary} - interval '3 months'), ('deleted', ${boundary} - interval '1 month')
    ) t (entity_type, day)
    cross join (values (md5('entity')::uuid), (null)) e (entity_id)
    -- somebody's are within the hours of the first and the last view, which are nobody's
    cross join (
      values
        (interval '1 day 06:10:10', false), (interval '1 day 06:30', true), (interval '5 days 12:00', false), (interval '9 days 06:30', true),
        (interval '9 days 06:59:59', false)
    ) v (time, by_somebody);
    -- is no view that is counted
    insert into expected.views values ('headcount:made up', null, null, ${boundary} - interval '100 days', null);
    insert into page_views (entity_type, entity_id, owner_id, viewed_at, session_id) select * from expected.views`);
  await analytics.aggregate();
  pruned = await analytics.pruneRaw({ keepDays, detach: true });
});

afterAll(() => database.drop());

/** The bounds of entities, pages without one, owners, types and the site that are not those of the page views that were there. */
async function wrongBounds(): Promise<unknown[]> {
  const { rows } = await database.pool.query<object>(`
    select entity_type, entity_id, first_view, last_view, sum(side) as side
    from (
      select c.entity_type, c.entity_id, min(v.viewed_at) as first_view, max(v.viewed_at) as last_view, 1 as side
      from expected.views v
      cross join lateral captured_as(v.entity_type, v.entity_id, v.owner_id, '{owner,type,site}') c
      where v.entity_type in ('detached', 'deleted')
      group by c.entity_type, c.entity_id
      union all
      select entity_type, entity_id, first_view, last_view, -1 from analytics_entities
    ) b
    group by 1, 2, 3, 4
    having sum(side) <> 0
    order by 1, 2`);
  return rows;
}

test("one partition is detached, and of the other rows are deleted", async () => {
  expect(pruned.detached.map(({ table }) => table)).toEqual(["public.page_views_first"]);
  expect(pruned.pruned_views).toBeGreaterThan(pruned.detached[0]?.page_views ?? Number.NaN);
  expect((await database.pool.query("select from page_views")).rowCount).toBe(0);
});

test.each([
  ["somebody", "gen_random_uuid()"],
  ["nobody", "null::uuid"],
])(
  "when earlier and later views by %s are deleted, the bounds are those of nobody's views that were pruned",
  async (_who, session) => {
    const { pool } = database;
    await pool.query(`
    insert into page_views (entity_type, entity_id, owner_id, viewed_at, session_id)
    select distinct v.entity_type, v.entity_id, v.owner_id, l.viewed_at, ${session}
    from expected.views v
    cross join (values (now() - interval '200 days'), (now() - interval '1 day')) l (viewed_at)
    where v.entity_type in ('detached', 'deleted')`);
    await analytics.aggregate();
    expect(await wrongBounds()).not.toEqual([]);
    await pool.query("delete from page_views");
    await analytics.aggregate();
    expect(await wrongBounds()).toEqual([]);
    expect(await analytics.verify()).toMatchObject({ differences: 0 });
  },
);

test("while the removal of a late view by nobody is pending, the live bounds are those of what was pruned", async () => {
  const { pool } = database;
  const asked = { entities: [{ entity_type: "deleted", entity_id: null }] };
  const { data: before } = await analytics.getEntityTotals(asked);
  await pool.query(
    `insert into page_views (entity_type, viewed_at) values ('deleted', ${boundary} at time zone '${timeZone}' - interval '1 second')`,
  );
  await analytics.aggregate();
  expect((await analytics.getEntityTotals(asked)).data).not.toEqual(before);
  await pool.query("delete from page_views");
  expect((await analytics.getEntityTotals(asked)).data).toEqual(before);
  await analytics.aggregate();
  expect(await wrongBounds()).toEqual([]);
});

test("what rebuilding finds no bounds of has those of nobody's views that were pruned, and of late ones that were not", async () => {
  const { pool } = database;
  await pool.query("delete from analytics_entities");
  await pool.query("select aggregate_page_views(null, null)");
  expect(await wrongBounds()).toEqual([]);

  await pool.query(`
    insert into expected.views
    select distinct v.entity_type, v.entity_id, v.owner_id, ${boundary} at time zone '${timeZone}' + l.time
    from expected.views v
    cross join (values (interval '-200 days 00:12:34'), (interval '-00:00:01')) l (time)
    where v.entity_type in ('detached', 'deleted');
    insert into page_views (entity_type, entity_id, owner_id, viewed_at)
    select entity_type, entity_id, owner_id, viewed_at from expected.views
    where viewed_at < (select min(first_view) from analytics_entities) or viewed_at > (select max(last_view) from analytics_entities)`);
  await analytics.aggregate();
  expect(await wrongBounds()).toEqual([]);
  await pool.query("delete from analytics_entities");
  await pool.query("select aggregate_page_views(null, null)");
  expect(await wrongBounds()).toEqual([]);
});

test("they go with their entity, and with TRUNCATE", async () => {
  const bounds = async (where: string) =>
    (await database.pool.query(`select from analytics_pruned_bounds where ${where}`)).rowCount;
  expect(await bounds("entity_type = 'deleted'")).toBe(2);
  await analytics.eraseEntity({ entity_type: "deleted", entity_id: null });
  expect(await bounds("entity_type = 'deleted'")).toBe(1);
  await analytics.removeLevel("type");
  expect(await bounds("entity_type ~ '^headcount:type'")).toBe(0);
  expect(await bounds("entity_type ~ '^headcount:'")).toBe(3);
  await database.pool.query("truncate page_views");
  expect(await bounds("true")).toBe(0);
});
