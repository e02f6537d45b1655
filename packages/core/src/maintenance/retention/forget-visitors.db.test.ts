import { afterAll, beforeAll, expect, test } from "vitest";
import { stopBeforeWriting } from "../../../../../testing/faults/stop-before-writing.ts";
import { compareRollups } from "../../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import { forgottenVisitors } from "../../contract/retention.ts";

const listing = { entity_type: "listing", entity_id: "7" };
const day = (daysAgo: number): string =>
  new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
const range = { date_from: day(380), date_to: day(0) };

let database: TestDatabase;
let analytics: AnalyticsClient;

// Of long ago: four browsers, each in a session with a view before it was known, and eight sessions. Account 1 was here long ago only, in the
// browser "laptop"; account 2 comes to this day, and was in the browser "shared" long ago. "loyal" came long ago and yesterday.
beforeAll(async () => {
  database = await createInstalledDatabase("forget", {
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  analytics = new AnalyticsClient({ pool: database.pool });
  await database.pool.query(`
    insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page, referrer_url)
    select 'listing', 7 + v % 2, null, 'long ago ' || n, case when n % 3 = 0 and v > 1 then 'browser ' || n end,
      now() - interval '300 days' + n * interval '17 hours' + v * interval '1 minute', n, 'https://ref.example/' || n
    from generate_series(1, 12) n cross join generate_series(1, 3) v;
    insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at)
    values
      ('listing', 7, 1, 'old', 'laptop', now() - interval '300 days'),
      ('listing', 7, null, 'older', 'laptop', now() - interval '301 days'),
      ('listing', 8, 2, 'hers', 'shared', now() - interval '299 days'),
      ('listing', 7, null, 'theirs', 'shared', now() - interval '298 days'),
      ('listing', 7, 2, 'now', null, now() - interval '1 day'),
      ('listing', 8, null, 'seen', 'loyal', now() - interval '280 days'),
      ('listing', 7, null, 'seen again', 'loyal', now() - interval '1 day')`);
  await analytics.aggregate();
  await database.pool.query(
    "update visitor_sessions set ip_address = '192.0.2.1' where session_id in ('long ago 1', 'now')",
  );
});

afterAll(() => database.drop());

async function answers(): Promise<unknown> {
  const series = await analytics.getTimeSeries({ ...listing, ...range, period: "weekly" });
  const rolling = await analytics.getRollingVisitors({ ...listing, ...range });
  const heatMap = await analytics.getHeatMap({ ...listing, ...range });
  const visitors = await analytics.getVisitors({ ...listing, ...range, limit: 100 });
  const listed = visitors.data.map(({ ref: _ref, visits, ...visitor }) => ({
    ...visitor,
    visits: visits.map(({ viewed_at }) => viewed_at),
  }));
  return [series.data, series.totals, rolling.data, heatMap.data, listed];
}

/** All ids of page views and rollups that somebody had. */
async function idsKept(): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(`
    select distinct id from (
      select session_id as id from page_views union all select visitor_id from page_views
      union all select 'account ' || account_id from page_views
      union all select session_id from visitor_sessions
      union all select case when kind = 'a' then 'account ' else '' end || visitor_id from analytics_entity_visitors
      union all select case when kind = 'a' then 'account ' else '' end || visitor_id from analytics_visitor_days
    ) i
    where id is not null and length(id) < 36
    order by id`);
  return rows.map(({ id }) => id);
}

async function isExact(): Promise<void> {
  expect(await compareRollups(database.pool)).toEqual([]);
  expect(await analytics.verify()).toMatchObject({ differences: 0, set_aside_changes: 0 });
}

const whoStays = ["account 2", "hers", "loyal", "now", "seen", "seen again", "shared", "theirs"];

test("a dry run counts who would be forgotten, and forgets nobody", async () => {
  const before = await idsKept();
  const planned = await analytics.forgetVisitors({ inactiveDays: 100, dryRun: true });
  expect(forgottenVisitors.parse(planned)).toEqual({
    new_since: day(100),
    accounts: 0,
    visitor_ids: 4,
    sessions: 12,
    anonymised_views: 36,
    receipt: null,
    duration_ms: expect.any(Number),
  });
  expect(await idsKept()).toEqual(before);
  const all = await analytics.forgetVisitors({ inactiveDays: 100, kind: "all", dryRun: true });
  expect(all).toMatchObject({ accounts: 1, visitor_ids: 5, sessions: 14, anonymised_views: 38 });
  expect((await analytics.getTimeSeries({ ...listing, ...range })).new_since).toBeNull();
});

test("what was killed in the middle has left nothing half-done", async () => {
  const before = await idsKept();
  {
    await using stop = await stopBeforeWriting(database.pool, "analytics_entity_visitors");
    const call = () =>
      analytics.forgetVisitors({ inactiveDays: 100 }).catch((error: unknown) => error);
    const { stopped, done } = stop.untilStopped(call);
    await stopped;
    await database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'advisory'",
    );
    expect(await done).toMatchObject({ code: "database" });
  }
  await database.pool.query("drop function stand_still cascade");
  expect(await idsKept()).toEqual(before);
  expect((await analytics.getStatus()).retention.new_since).toBeNull();
  await isExact();
});

test("who has no account and did not come for long is nobody, every number stays, and answers say since when", async () => {
  const before = await answers();
  const seen: number[] = [];
  const forgotten = await analytics.forgetVisitors({
    inactiveDays: 100,
    actor: "a schedule",
    onProgress: ({ sessions }) => seen.push(sessions),
  });
  expect(forgotten).toMatchObject({ visitor_ids: 4, sessions: 12, anonymised_views: 36 });
  expect(seen.at(-1)).toBe(12);
  expect(await answers()).toEqual(before);
  await isExact();
  expect(await idsKept()).toEqual([...whoStays, "account 1", "laptop", "old", "older"].toSorted());

  const new_since = day(100);
  expect((await analytics.getStatus()).retention).toMatchObject({ new_since });
  for (const answer of [
    await analytics.getTimeSeries({ ...listing, ...range }),
    await analytics.getTimeSeries({ ...listing, date_from: day(5), compare: "previous_period" }),
    await analytics.getEntityTotals({ entities: [listing], all_time: true }),
    await analytics.getTopEntities({ level: "site", ...range }),
    await analytics.getBreakdown({ ...listing, ...range, dimension: "source" }),
    await analytics.getDigest({ ...listing, period: "monthly" }),
  ])
    expect(answer.new_since).toBe(new_since);
  const earlier = { date_from: day(300), date_to: day(101) };
  expect((await analytics.getTimeSeries({ ...listing, ...earlier })).new_since).toBeNull();
  const { rows } = await database.pool.query(
    "select action, subject, views::int, receipt, actor from analytics_audit",
  );
  expect(new Set(rows.map(({ receipt }) => receipt as string))).toEqual(
    new Set([forgotten.receipt]),
  );
  expect(rows[0]).toMatchObject({
    action: "forget_visitors",
    subject: { kind: "anonymous", last_seen_before: new_since },
    actor: "a schedule",
  });
});

test("the next call leaves those alone, and who comes back is new", async () => {
  expect(await analytics.forgetVisitors({ inactiveDays: 100 })).toMatchObject({
    visitor_ids: 0,
    sessions: 0,
    anonymised_views: 0,
  });
  const today = { ...listing, date_from: day(0) };
  const before = (await analytics.getTimeSeries(today)).totals.new_visitors ?? Number.NaN;
  await database.pool.query(
    "insert into page_views (entity_type, entity_id, session_id, visitor_id) values ('listing', 7, 'back', 'browser 3')",
  );
  expect((await analytics.getTimeSeries(today)).totals.new_visitors).toBe(before + 1);
});

test("an account goes with what is linked to nobody else, and what came in the meantime keeps it", async () => {
  const { totals } = await analytics.getTimeSeries({ ...listing, ...range });
  await database.pool.query(
    "insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at) values ('listing', 9, 2, 'longest', now() - interval '200 days')",
  );
  const forgotten = await analytics.forgetVisitors({ inactiveDays: 100, kind: "account" });
  expect(forgotten).toMatchObject({ accounts: 1, visitor_ids: 1, sessions: 2 });
  expect(await idsKept()).toEqual([...whoStays, "back", "browser 3", "longest"].toSorted());
  expect((await analytics.getTimeSeries({ ...listing, ...range })).totals).toEqual({
    ...totals,
    unique_accounts: totals.unique_accounts - 1,
    anonymous_visitors: totals.anonymous_visitors + 1,
    new_accounts: (totals.new_accounts ?? Number.NaN) - 1,
  });
  await isExact();
});

test("of pruned months histories are forgotten as well, and seals hold", async () => {
  await database.pool.query(`
    insert into page_views (entity_type, entity_id, session_id, visitor_id, viewed_at)
    select 'listing', 7, 'gone ' || n, case when n > 1 then 'forgotten' end, now() - interval '250 days' + n * interval '1 day'
    from generate_series(1, 4) n`);
  await analytics.pruneRaw({ keepDays: 200 });
  const before = await answers();
  // also the sessions "seen" and "theirs": nothing says any more whose they were
  expect(await analytics.forgetVisitors({ inactiveDays: 100 })).toMatchObject({
    visitor_ids: 1,
    sessions: 6,
    anonymised_views: 4,
  });
  expect(await answers()).toEqual(before);
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
  expect((await idsKept()).filter((id) => id.startsWith("gone") || id === "forgotten")).toEqual([]);
  await database.pool.query("truncate page_views");
  expect((await analytics.getStatus()).retention.new_since).toBeNull();
});

test("ids that are numbers are forgotten step by step, in whatever order they stand among those of accounts", async () => {
  await using numbers = await createInstalledDatabase("forget numbers", { sessionId: "bigint" });
  const { pool } = numbers;
  await pool.query(
    `insert into page_views (entity_type, session_id, visitor_id, viewed_at)
     select 'home', -n, n, now() - interval '200 days' from unnest('{8,17,26,100}'::bigint[]) n`,
  );
  await new AnalyticsClient({ pool }).aggregate();
  for (let position: unknown = null; ; ) {
    const { rows } = await pool.query<{ next: unknown }>(
      `select next_position as next
       from forget_visitors_step('anonymous', current_date - 100, $1, 1, gen_random_uuid(), null)`,
      [position],
    );
    position = rows[0]?.next ?? null;
    if (position === null) break;
  }
  const { rows } = await pool.query(
    "select visitor_id from page_views where visitor_id between 1 and 100",
  );
  expect(rows).toEqual([]);
});
