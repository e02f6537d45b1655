import { afterAll, beforeAll, expect, test } from "vitest";
import { addYearOfViews } from "../../../../../testing/add-year-of-views.ts";
import { findDifferences } from "../../../../../testing/faults/find-differences.ts";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { keepInTwin } from "../../../../../testing/oracle/keep-in-twin.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";

const listing = { entity_type: "listing", entity_id: "7" };
const day = (daysAgo: number): string =>
  new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
const range = { date_from: day(380), date_to: day(0) };

let database: TestDatabase;
let analytics: AnalyticsClient;
let sealed_before: string;

beforeAll(async () => {
  database = await createInstalledDatabase("sealed months", {
    timeZone: "Europe/Berlin",
    pageViewId: "uuid",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "text",
  });
  analytics = new AnalyticsClient({ pool: database.pool });
  await addYearOfViews(database.pool);
  await analytics.aggregate();
  ({ sealed_before } = await analytics.pruneRaw({ keepDays: 100, dryRun: true }));
  await keepInTwin(database.pool, sealed_before);
  await analytics.pruneRaw({ keepDays: 100 });
});

afterAll(() => database.drop());

test("one number that was changed in a sealed month is found, wherever it stands", async () => {
  const client = await database.pool.connect();
  try {
    for (const change of [
      "update analytics_days set views = views + 1 where date = (select min(date) from analytics_days where visitors > 1)",
      "update analytics_days set hour = 23 - hour where date = (select min(date) from analytics_days where hour is not null)",
      "update analytics_visitor_days set hours_seen = hours_seen # 3 where date = (select min(date) from analytics_visitor_days)",
      "update analytics_entity_visitors set time_total = 1 where first_visit = (select min(first_visit) from analytics_entity_visitors where visit_count is null)",
      "update visitor_sessions set total_views = total_views + 1 where first_seen_at = (select min(first_seen_at) from visitor_sessions)",
    ]) {
      await client.query("begin");
      await client.query(change);
      const { rows } = await client.query("select month from seal_differences()");
      expect({ change, months: rows.length }).toEqual({ change, months: 1 });
      await client.query("rollback");
    }
  } finally {
    client.release();
  }
  await database.pool.query("update analytics_seals set views = views - 1 where views > 5");
  const { differences, listed, rebuild_range } = await analytics.verify();
  expect(differences).toBeGreaterThan(0);
  expect(listed[0]).toMatchObject({
    rollup: "analytics_seals",
    key: { month: expect.any(String) },
  });
  expect(rebuild_range).toBeNull();
  await database.pool.query("update analytics_seals set views = views + 1 where views > 4");
});

test("views of sealed months are refused from clients, and folded exactly when the host inserts them", async () => {
  const late = {
    ...listing,
    session_id: "late",
    viewed_at: new Date(Date.now() - 250 * 86_400_000),
  };
  const patient = new AnalyticsClient({ pool: database.pool, collection: { maxAgeMs: false } });
  const { accepted, refused } = await patient.trackPageViews([
    late,
    { ...late, viewed_at: new Date(Date.now() - 40 * 86_400_000) },
  ]);
  expect({ accepted, refused: refused.map(({ index, code }) => ({ index, code })) }).toEqual({
    accepted: 1,
    refused: [{ index: 0, code: "too_old" }],
  });

  const asked = { ...listing, date_from: day(252), date_to: day(248), period: "monthly" } as const;
  const { totals: before } = await analytics.getTimeSeries(asked);
  await database.pool.query(
    "insert into page_views (entity_type, entity_id, session_id, viewed_at) values ('listing', 7, 'late', $1), ('listing', 7, 's99', $1)",
    [late.viewed_at],
  );
  await analytics.aggregate();
  const { totals: after } = await analytics.getTimeSeries(asked);
  expect(after.views).toBe(before.views + 2);
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
  await keepInTwin(database.pool, sealed_before);
  expect((await analytics.pruneRaw({ keepDays: 100 })).pruned_views).toBe(2);
  expect((await analytics.getTimeSeries(asked)).totals).toEqual(after);
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
});

test("what was not captured is put right by its advice from the boundary on, like in a twin that kept everything", async () => {
  const { pool } = database;
  const addViews = `
    insert into page_views (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page)
    select 'listing', 7 + n % 3, case when n % 2 = 0 then 2 + n % 5 end, 'missed' || n / 2, case when n % 3 = 0 then 'b' || n % 6 end,
      now() - n * interval '7 hours', n % 60
    from generate_series(1, 60) n`;
  await pool.query(
    `alter table page_views disable trigger headcount_capture_insert; ${addViews}; alter table page_views disable trigger headcount_capture_delete;
     delete from page_views where session_id in ('s3', 's4')`,
  );
  expect((await analytics.verify()).differences).toBeGreaterThan(60);
  const { faults } = (await analytics.getStatus()).capture;
  for (const { fix } of faults) await pool.query(fix);
  expect(faults).toHaveLength(2);
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
  expect(await findDifferences(pool)).toEqual([]);

  await pool.query(`
    update analytics_days set views = views + 1, visitors = 1 where date > current_date - 20;
    update analytics_visitor_days set views = views + 2, hours_seen = 1 where date > current_date - 20;
    delete from analytics_entity_visitors where entity_id = 8 and (visit_count > 1 or first_visit > now() - interval '60 days');
    delete from analytics_visitor_returns where date > current_date - 30;
    update analytics_visitor_return_weeks set visitors = visitors + 1 where week > current_date - 30;
    update analytics_entities set views = 7`);
  const { rebuild_range } = await analytics.verify();
  expect(rebuild_range?.date_from).toBe(sealed_before);
  await analytics.rebuild(rebuild_range ?? range);
  expect(await findDifferences(pool)).toEqual([]);
  await expect(analytics.rebuild({ date_from: day(300), date_to: day(0) })).rejects.toMatchObject({
    code: "sealed",
    message: expect.stringContaining(`can begin on ${sealed_before}`),
  });
});

test("what was set aside is repaired, and of a sealed date it is folded once more", async () => {
  const { pool } = database;
  const late = "now() - interval '200 days'";
  await pool.query(`
    insert into page_views (entity_type, entity_id, session_id, viewed_at) values ('listing', 7, 's2', now() - interval '2 days');
    insert into oracle.pruned_page_views (entity_type, entity_id, session_id, viewed_at) values ('listing', 7, 'late', ${late});
    with aside as (delete from page_view_changes returning sign, entity_type, entity_id, session_id, viewed_at)
    insert into set_aside_changes (reason, sign, entity_type, entity_id, session_id, viewed_at)
    select 'a test', a.* from aside a
    union all
    select 'a test', 1, entity_type, entity_id, session_id, viewed_at from oracle.pruned_page_views where session_id = 'late' and viewed_at < now() - interval '199 days' and viewed_at > now() - interval '201 days'`);
  expect(await analytics.repair()).toMatchObject({ repaired_changes: 2, repaired_entities: 1 });
  expect((await analytics.getStatus()).set_aside_changes).toBe(0);
  expect(await findDifferences(pool)).toEqual([]);
});

test("whose sessions and browsers these were is known although page views are gone: for the export, and to erase or make anonymous", async () => {
  const records: unknown[] = [];
  for await (const { record } of analytics.exportPerson({ account_id: 1 })) records.push(record);
  expect(records).toEqual(["day", "day", "session"]);
  const { totals } = await analytics.getTimeSeries({ ...listing, ...range });
  const erased = await analytics.erasePerson({ account_id: 1 });
  expect(erased).toMatchObject({ erased_views: 0, anonymised_views: 2, sessions: 1 });
  const after = await analytics.getTimeSeries({ ...listing, ...range });
  expect(after.totals).toMatchObject({
    views: totals.views,
    unique_visitors: totals.unique_visitors,
    unique_accounts: totals.unique_accounts - 1,
  });
  for (const table of ["analytics_links", "visitor_sessions", "analytics_entity_visitors"]) {
    const { rows } = await database.pool.query<{ text: string }>(
      `select coalesce(string_agg(t::text, ' '), '') as text from ${table} t where t::text ~ '\\mlaptop\\M|\\mold\\M'`,
    );
    expect({ table, text: rows[0]?.text }).toEqual({ table, text: "" });
  }
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
});

test("an entity is erased with its sealed months", async () => {
  await analytics.eraseEntity({ entity_type: "listing", entity_id: "9" });
  const { totals } = await analytics.getTimeSeries({ ...listing, entity_id: "9", ...range });
  expect(totals.views).toBe(0);
  expect(await analytics.verify()).toMatchObject({ differences: 0 });
});

test("of a session whose late first view was pruned before it was folded, no other page view is the entry", async () => {
  const { pool } = database;
  await pool.query(`
    insert into page_views (entity_type, entity_id, session_id, viewed_at)
    values ('belated', 1, 'belated', now() - interval '250 days'), ('belated', 1, 'belated', now() - interval '1 hour')`);
  await pool.query("select prune_page_views_step(0, 1000000)");
  const belated = { entity_type: "belated", entity_id: "1", ...range } as const;
  const breakdown = { ...belated, dimension: "visitor_kind" } as const;
  const pending = await analytics.getBreakdown(breakdown);
  expect(pending.data).toMatchObject([{ views: 1, entries: 0 }]);
  await analytics.aggregate();
  expect((await analytics.getBreakdown(breakdown)).data).toEqual(pending.data);
});
