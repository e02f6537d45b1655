import { migrate, uninstall } from "@headcount/migrations";
import type { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPartitionedTable } from "../../../../../testing/faults/create-partitioned-table.ts";
import { stopBeforeWriting } from "../../../../../testing/faults/stop-before-writing.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { createTestDatabase, type TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import { factDimensions } from "../../contract/breakdown-query.ts";

const listing = { entity_type: "listing", entity_id: "00000000-0000-4000-8000-000000000001" };
const range = { date_from: "2026-01-01", date_to: "2026-03-11" };

let database: TestDatabase;
let pool: Pool;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("breakdowns", { pageViewId: "uuid" });
  ({ pool } = database);
  analytics = new AnalyticsClient({ pool });
  await pool.query(
    `insert into analytics_sources (channel, source, utm_medium)
     select 'channel' || n % 3, 'source' || n % 5, nullif('um' || n % 4, 'um0') from generate_series(1, 12) n;
     insert into analytics_devices (device, browser, country)
     select 'device' || n % 2, 'browser' || n % 3, nullif('c' || n % 5, 'c0') from generate_series(1, 12) n`,
  );
  await addViews(1, 700);
  await analytics.aggregate();
});

afterAll(() => database.drop());

/** Views of ten weeks, of which many come back by the same ways and by others. */
async function addViews(first: number, last: number): Promise<void> {
  await pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page, source_no, device_no)
     select case when n % 9 = 0 then 'article' else 'listing' end, $1, case when n % 4 = 0 then md5('a' || n % 60)::uuid end,
       case when n % 11 > 0 then md5('s' || n % 130)::uuid end, timestamptz '2026-01-01 00:00Z' + n % 700 * interval '143 minutes',
       nullif(n % 70, 0), nullif(n * 5 % 14, 13), nullif(n * 5 % 13, 0)
     from generate_series($2::integer, $3::integer) n`,
    [listing.entity_id, first, last],
  );
}

/** What is answered in all dimensions, on all dates, on some, and compared. */
async function answers(): Promise<unknown[]> {
  const asked = { ...listing, ...range };
  const found: unknown[] = [];
  for (const dimension of factDimensions) {
    for (const part of [
      {},
      { date_from: "2026-01-20", date_to: "2026-02-20", compare: "previous_period" as const },
    ]) {
      const { data, other } = await analytics.getBreakdown({ ...asked, ...part, dimension });
      found.push({ dimension, data, other });
    }
  }
  return found;
}

/** How many dates are counted, and how many are to be counted again. */
async function dates(): Promise<{ counted: number; due: number }> {
  const { rows } = await pool.query<{ counted: number; due: number }>(
    `select (select count(distinct date)::int from analytics_breakdown_days) as counted,
       (select count(distinct date)::int from analytics_breakdown_changes) as due`,
  );
  return rows[0] ?? { counted: 0, due: 0 };
}

test("what is kept answers as page views do, however often adding it was stopped or killed in the middle", async () => {
  const before = await answers();
  const abort = new AbortController();
  const aborted = analytics.addBreakdowns(listing, { signal: abort.signal });
  // on its way to the first step, or in it
  setTimeout(() => abort.abort(), 5);
  await expect(aborted).rejects.toMatchObject({ code: "aborted" });
  expect(await answers()).toEqual(before);

  await using stop = await stopBeforeWriting(pool, "analytics_breakdown_days");
  const { done, stopped } = stop.untilStopped(() =>
    analytics.addBreakdowns(listing).catch((error: unknown) => error),
  );
  await stopped;
  await pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'",
  );
  expect(await done).toMatchObject({ code: "database" });
  await stop.release();
  await pool.query("drop trigger stand_still on analytics_breakdown_days");
  expect(await dates()).toEqual({ counted: 0, due: 70 });

  const progress: number[] = [];
  const added = await analytics.addBreakdowns(listing, {
    onProgress: ({ counted_dates }) => progress.push(counted_dates),
  });
  expect(added).toMatchObject({ ...listing, added: false, counted_dates: 70, steps: 1 });
  expect(progress).toEqual([70]);
  expect(await dates()).toEqual({ counted: 70, due: 0 });
  expect(await answers()).toEqual(before);
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
});

test("what is edited of where views came from counts again, and only while it is kept", async () => {
  // as hstore's: what its JSON is, it cannot be read from
  await pool.query(`
    create type mood as enum ('fine');
    create function json_of_mood(mood) returns json language sql immutable return json_build_object('mood', $1::text);
    create cast (mood as json) with function json_of_mood(mood);
    alter table page_views add column mood mood default 'fine', add column notes jsonb default '{}'`);
  const edit = "update page_views set source_no = 1 + (source_no + 1) % 12 where";
  await pool.query(`${edit} viewed_at >= '2026-01-10' and viewed_at < '2026-01-11'`);
  expect((await analytics.getStatus()).pending_changes).toBeGreaterThan(0);
  let edited = await answers();
  await analytics.aggregate();
  expect(await dates()).toEqual({ counted: 70, due: 0 });
  expect(await answers()).toEqual(edited);
  expect(await analytics.verify()).toMatchObject({ differences: 0 });

  await pool.query("alter table page_views disable trigger headcount_capture_facts");
  await pool.query(`${edit} viewed_at >= '2026-01-12' and viewed_at < '2026-01-13'`);
  const [fault] = (await analytics.getStatus()).capture.faults;
  expect(fault?.problem).toMatch(/^The trigger headcount_capture_facts is missing or disabled/);
  await pool.query(fault?.fix ?? "");
  expect((await analytics.getStatus()).capture.faults).toEqual([]);
  edited = await answers();
  await analytics.aggregate();
  expect(await answers()).toEqual(edited);

  expect(await analytics.removeBreakdowns(listing)).toMatchObject({ ...listing, removed: true });
  expect(await analytics.removeBreakdowns(listing)).toMatchObject({ removed: false });
  expect(await dates()).toEqual({ counted: 0, due: 0 });
  expect(await answers()).toEqual(edited);
  await pool.query(`${edit} viewed_at >= '2026-01-11' and viewed_at < '2026-01-12'`);
  expect((await analytics.getStatus()).pending_changes).toBe(0);
});

test("a number that is wrong is found by verify, and right again after a rebuild", async () => {
  await addViews(701, 720);
  await analytics.addBreakdowns(listing);
  await analytics.aggregate();
  const right = await answers();
  await pool.query(
    "update analytics_breakdown_days set entries = 99 where date = '2026-02-01' and dimension = 'os'",
  );
  await pool.query(
    "update analytics_breakdown_days set prev_dates = null, again_since = null, accounts_again_since = null where date = '2026-02-02'",
  );
  const { differences, listed, rebuild_range } = await analytics.verify();
  expect(differences).toBeGreaterThan(1);
  expect(new Set(listed.map(({ rollup, key }) => `${rollup} ${String(key["date"])}`))).toEqual(
    new Set(["analytics_breakdown_days 2026-02-01", "analytics_breakdown_days 2026-02-02"]),
  );
  await analytics.rebuild(rebuild_range ?? range);
  await analytics.aggregate();
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
  expect(await dates()).toEqual({ counted: 70, due: 0 });
  expect(await answers()).toEqual(right);
});

test("groups and what is no entity are refused", async () => {
  await expect(
    analytics.addBreakdowns({ entity_type: "headcount:site", entity_id: null }),
  ).rejects.toMatchObject({ code: "invalid_input", field: "entity_type" });
  await expect(pool.query("select add_breakdowns('headcount:site', null)")).rejects.toThrow(
    "headcount:site is no entity_type of page views",
  );
});

test("facts that are edited in a partition count again by whichever name, and whatever order its columns are in", async () => {
  await using partitioned = await createTestDatabase("breakdowns of partitions");
  await createPartitionedTable(partitioned.pool);
  await migrate({ pool: partitioned.pool });
  await partitioned.pool.query(`
    create table page_views_may (
      time_on_page integer, visitor_id uuid, session_id uuid, owner_id uuid, account_id uuid, id bigint not null, viewed_at timestamptz not null,
      device_no integer, referrer_url text, entity_id uuid, entity_type text not null, source_no integer
    );
    alter table page_views attach partition page_views_may for values from ('2025-05-01') to ('2025-06-01');
    select capture_partitions();
    insert into analytics_sources (channel) values ('email');
    insert into page_views (id, entity_type, session_id, viewed_at) values (1, 'home', gen_random_uuid(), '2025-05-05'), (2, 'home', gen_random_uuid(), '2025-05-06')`);
  const client = new AnalyticsClient({ pool: partitioned.pool });
  const home = { entity_type: "home", entity_id: null };
  await client.aggregate();
  await client.addBreakdowns(home);
  await partitioned.pool.query("update page_views_may set source_no = 1 where id = 1");
  await partitioned.pool.query(
    "update page_views set source_no = 1, time_on_page = 5 where id = 2",
  );
  const asked = {
    ...home,
    dimension: "channel",
    date_from: "2025-05-01",
    date_to: "2025-05-31",
  } as const;
  for (const pending_changes of [6, 0]) {
    const { data, freshness } = await client.getBreakdown(asked);
    expect(freshness).toMatchObject({ pending_changes });
    expect(data).toMatchObject([{ value: "email", views: 2, unique_visitors: 2, entries: 2 }]);
    await client.aggregate();
  }
  const { removed } = await uninstall({ pool: partitioned.pool });
  expect(removed.filter((name) => name.includes("headcount_capture_facts"))).toHaveLength(1);
});

test("a partition that is dropped stays in what is kept, and verify names its dates, until the entity is rebuilt", async () => {
  await using partitioned = await createTestDatabase("breakdowns of what is dropped");
  await createPartitionedTable(partitioned.pool);
  await migrate({ pool: partitioned.pool });
  await partitioned.pool.query(`
    insert into analytics_sources (channel) values ('email');
    insert into page_views (entity_type, session_id, viewed_at, source_no)
    select 'home', md5('session ' || n % 3)::uuid, timestamptz '2026-01-10' + n * interval '1 day', 1 from generate_series(1, 40) n`);
  const client = new AnalyticsClient({ pool: partitioned.pool });
  const home = { entity_type: "home", entity_id: null };
  await client.aggregate();
  await client.addBreakdowns(home);
  const asked = { ...home, dimension: "channel", date_to: "2026-02-28" } as const;
  const emails = async (date_from: string): Promise<unknown> => {
    const { data } = await client.getBreakdown({ ...asked, date_from });
    return data.map(({ views, unique_visitors, entries }) => [views, unique_visitors, entries]);
  };
  const all = await emails("2026-01-01");
  expect(all).toEqual([[40, 3, 3]]);
  const february = await emails("2026-02-01");

  await partitioned.pool.query("drop table page_views_january");
  expect(await emails("2026-01-01")).toEqual(all);
  const { listed, rebuild_range } = await client.verify();
  const named = listed.filter(({ rollup }) => rollup === "analytics_breakdown_days");
  expect(named.map(({ key }) => key["date"])).toContain("2026-01-11");
  expect(rebuild_range).toEqual({ date_from: "2026-01-11", date_to: "2026-02-19" });

  await client.rebuild(rebuild_range ?? range);
  await client.aggregate();
  expect(await client.verify()).toMatchObject({ differences: 0 });
  expect(await emails("2026-01-01")).toEqual([[19, 3, 3]]);
  expect(february).toEqual([[19, 3, 0]]);
  expect(await emails("2026-02-01")).toEqual([[19, 3, 3]]);
});
