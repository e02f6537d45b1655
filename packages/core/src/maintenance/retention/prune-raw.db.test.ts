import { afterAll, beforeAll, expect, test } from "vitest";
import { addYearOfViews } from "../../../../../testing/add-year-of-views.ts";
import { stopBeforeWriting } from "../../../../../testing/faults/stop-before-writing.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { keepInTwin } from "../../../../../testing/oracle/keep-in-twin.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import { prunedRaw } from "../../contract/retention.ts";
import { analyticsStatus } from "../../contract/status.ts";

const listing = { entity_type: "listing", entity_id: "7" };
const day = (daysAgo: number): string =>
  new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
const range = { date_from: day(380), date_to: day(0) };

let database: TestDatabase;
let analytics: AnalyticsClient;
let sealed_before: string;

beforeAll(async () => {
  database = await createInstalledDatabase("prune", {
    timeZone: "Europe/Berlin",
    pageViewId: "uuid",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  analytics = new AnalyticsClient({ pool: database.pool });
  await addYearOfViews(database.pool);
  await analytics.aggregate();
});

afterAll(() => database.drop());

async function answers(): Promise<unknown> {
  const series = await analytics.getTimeSeries({ ...listing, ...range, period: "weekly" });
  const rolling = await analytics.getRollingVisitors({ ...listing, ...range });
  const visitors = await analytics.getVisitors({ ...listing, ...range, limit: 100 });
  return [
    series.data,
    series.totals,
    rolling.data,
    visitors.data.map(({ visits: _visits, ...visitor }) => visitor),
  ];
}

async function count(table: string): Promise<number> {
  const { rows } = await database.pool.query<{ rows: number }>(
    `select count(*)::int as rows from ${table}`,
  );
  return rows[0]?.rows ?? Number.NaN;
}

/** Prunes, and ends the connection when it is about to write a row of this table. */
async function killBeforeWriting(table: string): Promise<void> {
  {
    await using stop = await stopBeforeWriting(database.pool, table);
    const call = () => analytics.pruneRaw({ keepDays: 100 }).catch((error: unknown) => error);
    const { stopped, done } = stop.untilStopped(call);
    await stopped;
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event = 'advisory'`,
    );
    expect(await done).toMatchObject({ code: "database" });
  }
  await database.pool.query(`drop trigger stand_still on ${table}; drop function stand_still`);
}

test("options that make no sense are refused before anything is asked", async () => {
  for (const [options, field] of [
    [{ keepDays: 34 }, "keepDays"],
    [{}, "keepDays"],
    [{ keepDays: 400, rowsPerSecond: 0 }, "rowsPerSecond"],
    [{ keepDays: 400, detach: "yes" }, "detach"],
    [{ keepDays: 400, detachWaitSeconds: 1000 }, "detachWaitSeconds"],
    [{ keepDays: 400, detach: true, detachWaitSeconds: -1 }, "detachWaitSeconds"],
    // page views are no partitioned table here
    [{ keepDays: 400, detach: true }, "detach"],
  ] as const) {
    await expect(analytics.pruneRaw(options as { keepDays: number })).rejects.toMatchObject({
      code: "invalid_input",
      field,
    });
  }
});

test("a dry run says what it would delete and free, and deletes nothing", async () => {
  const all = await count("page_views");
  const planned = prunedRaw.parse(await analytics.pruneRaw({ keepDays: 100, dryRun: true }));
  expect(planned.sealed_before).toMatch(/-01$/);
  expect(planned.sealed_before <= day(99)).toBe(true);
  expect(planned.sealed_before > day(132)).toBe(true);
  const { rows } = await database.pool.query<{ old: number }>(
    "select count(*)::int as old from page_views where viewed_at < $1::timestamp at time zone 'Europe/Berlin'",
    [planned.sealed_before],
  );
  expect(planned.pruned_views).toBe(rows[0]?.old);
  expect(planned.freed_bytes).toBeGreaterThan(planned.page_view_bytes / 2);
  expect(await count("page_views")).toBe(all);
  const { page_view_bytes, rollup_bytes } = planned;
  expect((await analytics.getStatus()).retention).toEqual({
    sealed_before: null,
    sealed_months: 0,
    sealed_views: 0,
    new_since: null,
    page_view_bytes,
    rollup_bytes,
  });
  sealed_before = planned.sealed_before;
});

test("what was killed in the middle has left nothing half-done, and goes on", async () => {
  await killBeforeWriting("analytics_seals");
  expect((await analytics.getStatus()).retention.sealed_before).toBeNull();
  await killBeforeWriting("analytics_links");
  expect((await analytics.getStatus()).retention.sealed_before).toBe(sealed_before);
  expect(await count("page_views")).toBe(463);
  expect(await count("analytics_pruning")).toBe(0);
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
});

test("page views of old months are gone in steps, with a pace, and every number stays as it was", async () => {
  const before = await answers();
  await keepInTwin(database.pool, sealed_before);
  const seen: number[] = [];
  const pruned = await analytics.pruneRaw({
    keepDays: 100,
    rowsPerSecond: 100_000,
    onProgress: ({ pruned_views, remaining_ms }) => seen.push(pruned_views, remaining_ms ?? -1),
  });
  expect(seen).toEqual([pruned.pruned_views, 0]);
  expect(await count("page_views")).toBe(463 - pruned.pruned_views);
  expect(await answers()).toEqual(before);
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
  const { retention } = analyticsStatus.parse(await analytics.getStatus());
  expect(retention).toMatchObject({ sealed_before, sealed_views: pruned.pruned_views });
  expect(retention.sealed_months).toBeGreaterThan(7);
  expect(await analytics.pruneRaw({ keepDays: 100 })).toMatchObject({ pruned_views: 0 });
});

test("what needs page views says from when on it has them", async () => {
  const { visits_from, data } = await analytics.getVisitors({ ...listing, limit: 100 });
  expect(visits_from).toBe(sealed_before);
  const visits = data.flatMap((visitor) => visitor.visits);
  expect(visits.length).toBeGreaterThan(10);
  const recent = { date_from: day(60), date_to: day(0) };
  expect((await analytics.getVisitors({ ...listing, ...recent })).visits_from).toBeNull();

  const asked = { ...listing, dimension: "visitor_kind" } as const;
  const whole = await analytics.getBreakdown({ ...asked, ...range, compare: "previous_year" });
  expect(whole).toMatchObject({ visits_from: sealed_before, compare: null });
  const since = await analytics.getTimeSeries({ ...listing, ...range, date_from: sealed_before });
  expect(whole.totals).toEqual(since.totals);
  const compared = await analytics.getBreakdown({ ...asked, ...recent, compare: "previous_year" });
  expect(compared).toMatchObject({ visits_from: sealed_before, compare: null });
  expect(await analytics.getBreakdown({ ...asked, ...recent })).toMatchObject({
    visits_from: null,
  });
  const old = { date_from: day(300), date_to: day(200) };
  await expect(analytics.getBreakdown({ ...asked, ...old })).rejects.toMatchObject({
    code: "sealed",
    field: "date_to",
  });
});

test("deletes of the host's count, also in a transaction that pruned before", async () => {
  const client = await database.pool.connect();
  try {
    await client.query("begin");
    await client.query("select prune_page_views_step(0)");
    const deleted = await client.query("delete from page_views where session_id = 's9'");
    expect(deleted.rowCount).toBe(3);
    const pending = await client.query("select from page_view_changes where sign < 0");
    expect(pending.rowCount).toBe(3);
    await client.query("rollback");
  } finally {
    client.release();
  }
});

test("changes that were set aside have to be repaired first", async () => {
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into set_aside_changes (reason, sign, entity_type, entity_id, viewed_at)
     values ('a test', 1, 'listing', 7, now() - interval '90 days') returning 1 as id`,
  );
  expect(rows).toHaveLength(1);
  await expect(analytics.pruneRaw({ keepDays: 35 })).rejects.toMatchObject({
    message: expect.stringContaining("were set aside"),
  });
  await analytics.repair();
  expect((await analytics.pruneRaw({ keepDays: 35 })).pruned_views).toBeGreaterThan(0);
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
});

test("TRUNCATE takes seals away with everything else", async () => {
  await database.pool.query("truncate page_views");
  expect((await analytics.getStatus()).retention.sealed_before).toBeNull();
  expect(await analytics.verify()).toMatchObject({ page_views: 0, differences: 0 });
});
