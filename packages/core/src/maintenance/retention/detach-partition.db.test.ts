import { migrate } from "@headcount/migrations";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findDifferences } from "../../../../../testing/faults/find-differences.ts";
import { stopBeforeWriting } from "../../../../../testing/faults/stop-before-writing.ts";
import { installOracle } from "../../../../../testing/oracle/install-oracle.ts";
import { createTestDatabase, type TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import { prunedRaw } from "../../contract/retention.ts";

const timeZone = "Europe/Berlin";
const keepDays = 35;
// the first of the month that is pruned to, as page views are partitioned: in the reporting zone
const boundary = `date_trunc('month', ((now() at time zone '${timeZone}')::date - ${keepDays})::timestamp)`;

let database: TestDatabase;
let analytics: AnalyticsClient;

// Page views of ten months in partitions: all that is old, two months, two months of which one is kept, and what there is by installation.
beforeAll(async () => {
  database = await createTestDatabase("detach");
  const { pool } = database;
  await migrate({ pool, partition: "monthly", timeZone });
  await installOracle({ pool, timeZone, visitorIdType: "uuid", entityIdType: "uuid" });
  await pool.query(`
    drop table page_views_before;
    select make_partition(n.name, n.months_from, n.months_until, false)
    from (
      select 'before' as name, null::timestamptz as months_from, (${boundary} - interval '3 months') at time zone '${timeZone}' as months_until
      union all
      select v.name, (${boundary} + v.first) at time zone '${timeZone}', (${boundary} + v.until) at time zone '${timeZone}'
      from (
        values
          ('first', interval '-3 months', interval '-2 months'), ('second', interval '-2 months', interval '-1 month'),
          ('third', interval '-1 month', interval '1 month')
      ) v (name, first, until)
    ) n;
    insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page)
    select 'listing', md5('e' || n % 3)::uuid, case when n % 4 = 0 then md5('a' || n % 5)::uuid end, md5('s' || n / 3)::uuid,
      case when n % 3 = 0 then md5('b' || n % 6)::uuid end, now() - n * interval '19 hours', n % 60
    from generate_series(1, 380) n`);
  analytics = new AnalyticsClient({ pool });
  await analytics.aggregate();
});

afterAll(() => database.drop());

async function partitions(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits
     where inhparent = 'page_views'::regclass and inhrelid::regclass::text ~ '_(before|first|second|third|default)$' order by 1`,
  );
  return rows.map(({ name }) => name.replace("page_views_", ""));
}

const expected = (table: string) => ({
  table: `public.page_views_${table}`,
  page_views: expect.any(Number) as number,
  bytes: expect.any(Number) as number,
});

/** Ends the connection that prunes. */
async function kill(where: string): Promise<void> {
  const { rowCount } = await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and ${where}`,
  );
  if (rowCount === 0) throw new Error("Nobody was there to be killed.");
}

test("a dry run names the partitions that would be detached", async () => {
  const planned = prunedRaw.parse(
    await analytics.pruneRaw({ keepDays, detach: true, dryRun: true }),
  );
  expect(planned.detached).toEqual(["before", "first", "second"].map(expected));
  const whole = planned.detached.reduce((sum, { page_views }) => sum + page_views, 0);
  expect(whole).toBeGreaterThan(100);
  expect(planned.pruned_views).toBeGreaterThan(whole);
  expect((await analytics.pruneRaw({ keepDays, dryRun: true })).detached).toEqual([]);
  expect(await partitions()).toHaveLength(5);
});

test("killed before it has remembered whose sessions these were, it has detached nothing", async () => {
  const { pool } = database;
  {
    await using stop = await stopBeforeWriting(pool, "analytics_links");
    const call = () =>
      analytics.pruneRaw({ keepDays, detach: true }).catch((error: unknown) => error);
    const { stopped, done } = stop.untilStopped(call);
    await stopped;
    await kill("wait_event = 'advisory'");
    expect(await done).toMatchObject({ code: "database" });
  }
  await pool.query("drop trigger stand_still on analytics_links; drop function stand_still");
  expect(await partitions()).toHaveLength(5);
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
});

test("while somebody uses a partition it holds up no writer for long, gives up when it has waited, and killed then it goes on where it was", async () => {
  const { pool } = database;
  const host = await pool.connect();
  try {
    await host.query("begin; select from page_views_second limit 1");
    const pruning = analytics.pruneRaw({ keepDays, detach: true }).catch((error: unknown) => error);
    await expect.poll(partitions).toEqual(["default", "second", "third"]);
    const took: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      const startedAt = performance.now();
      await pool.query(
        "insert into page_views (entity_type, session_id, viewed_at) values ('home', gen_random_uuid(), now())",
      );
      took.push(performance.now() - startedAt);
    }
    expect(Math.max(...took)).toBeLessThan(1000);
    await expect(
      analytics.pruneRaw({ keepDays, detach: true, detachWaitSeconds: 0 }),
    ).rejects.toMatchObject({
      code: "database",
      message: expect.stringContaining(
        "public.page_views_second could not be detached: others use",
      ),
    });
    await expect
      .poll(() =>
        kill("query ~ 'detach_partition' and wait_event_type = 'Lock'").then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    expect(await pruning).toMatchObject({ code: "database" });
    expect(await partitions()).toEqual(["default", "second", "third"]);
    expect(await analytics.verify()).toMatchObject({ differences: 0 });
    await host.query("commit");
  } finally {
    host.release();
  }
});

test("whole partitions are tables of the host then, of others rows are deleted, and every number is that of a twin that kept all", async () => {
  const { pool } = database;
  const columns =
    "entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page, source_no, device_no, owner_id";
  await pool.query(
    `insert into oracle.pruned_page_views select ${columns} from page_views_third where viewed_at < (${boundary}) at time zone '${timeZone}'`,
  );
  const { detached, pruned_views } = await analytics.pruneRaw({
    keepDays,
    detach: true,
  });
  expect(detached).toEqual([expected("second")]);
  expect(await partitions()).toEqual(["default", "third"]);
  const { rows } = await pool.query<{ views: number; triggers: number }>(
    `select (select count(*)::int from page_views_second) as views,
       (select count(*)::int from pg_trigger where tgrelid = any ('{page_views_before,page_views_first,page_views_second}'::regclass[])) as triggers`,
  );
  expect(rows).toEqual([{ views: detached[0]?.page_views, triggers: 0 }]);
  expect(pruned_views).toBeGreaterThan(detached[0]?.page_views ?? Number.NaN);

  for (const table of ["before", "first", "second"]) {
    await pool.query(
      `insert into oracle.pruned_page_views select ${columns} from page_views_${table}`,
    );
  }
  expect(await findDifferences(pool)).toEqual([]);
  // what is written there is not counted any more
  await pool.query("delete from page_views_first; drop table page_views_before");
  expect((await analytics.getStatus()).pending_changes).toBe(0);
  expect((await analytics.getStatus()).capture.faults).toEqual([]);
  const { rowCount: links } = await pool.query("select from analytics_links");
  expect(links).toBeGreaterThan(0);
});

test("a late view of a detached month is counted, and its row deleted by the next pruning", async () => {
  const { pool } = database;
  await pool.query(
    "insert into page_views (entity_type, session_id, viewed_at) values ('home', gen_random_uuid(), now() - interval '150 days')",
  );
  const again = await analytics.pruneRaw({ keepDays, detach: true });
  expect(again).toMatchObject({ pruned_views: 1, detached: [] });
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
});
