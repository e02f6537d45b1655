import { migrate } from "@headcount/migrations";
import { expect, test } from "vitest";
import { compareRollups } from "../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import { createTestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import { analyticsStatus, type CaptureFault } from "../contract/status.ts";
import { requiredFunctions } from "../generated/required-functions.ts";

const addView =
  "insert into page_views (entity_type, session_id) values ('home', gen_random_uuid())";

test("it shows what waits, since when, and what the latest fold did", async () => {
  await using database = await createInstalledDatabase("status", { timeZone: "Asia/Kolkata" });
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  const fresh = await analytics.getStatus();
  expect(fresh).toEqual({
    schema_version: requiredFunctions.release,
    time_zone: "Asia/Kolkata",
    pending_changes: 0,
    oldest_pending_seconds: null,
    set_aside_changes: 0,
    set_aside_entities: [],
    left_out_page_views: 0,
    left_out_reasons: [],
    last_fold: null,
    visitors: {
      sample: 0,
      by_account: null,
      by_visitor_id: null,
      by_session: null,
      nobody: null,
      new_since: null,
    },
    facts: { combinations: 0, bounded: false },
    retention: {
      sealed_before: null,
      sealed_months: 0,
      sealed_views: 0,
      new_since: null,
      page_view_bytes: expect.any(Number),
      rollup_bytes: expect.any(Number),
    },
    capture: { on: true, faults: [] },
    partitions: null,
  });

  await pool.query(addView);
  await pool.query("update page_view_changes set captured_at = captured_at - interval '1 hour'");
  await pool.query(addView);
  const waiting = await analytics.getStatus();
  expect(waiting.pending_changes).toBe(2);
  expect(waiting.oldest_pending_seconds).toBeGreaterThanOrEqual(3600);
  expect(waiting.oldest_pending_seconds).toBeLessThan(3660);

  await analytics.aggregate();
  const folded = await analytics.getStatus();
  expect(analyticsStatus.parse(folded)).toEqual(folded);
  expect(folded).toMatchObject({ pending_changes: 0, last_fold: { folded_changes: 2 } });
  const { duration_ms, changes_per_second } = folded.last_fold ?? {};
  expect(duration_ms).toBeCloseTo(2000 / (changes_per_second ?? Number.NaN), 0);
});

test("it shows what visitors are, and since when somebody anonymous who comes back is one", async () => {
  await using database = await createInstalledDatabase("shares", { timeZone: "Asia/Kolkata" });
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await pool.query(
    `insert into page_views (entity_type, account_id, session_id, visitor_id, viewed_at)
     select 'home', case when n <= 4 then gen_random_uuid() end, case when n <= 19 then gen_random_uuid() end,
       case when n <= 12 then gen_random_uuid() end, now() - n * interval '1 day'
     from generate_series(1, 20) n
     union all
     select 'home', gen_random_uuid(), null, null, now() - interval '40 days'`,
  );
  const shares = { sample: 20, by_account: 20, by_visitor_id: 40, by_session: 35, nobody: 5 };
  expect((await analytics.getStatus()).visitors).toEqual({ ...shares, new_since: null });
  await analytics.aggregate();
  const { rows } = await pool.query<{ date: string }>(
    "select to_char((now() - interval '12 days') at time zone 'Asia/Kolkata', 'YYYY-MM-DD') as date",
  );
  expect((await analytics.getStatus()).visitors).toEqual({ ...shares, new_since: rows[0]?.date });

  // of a large table, a sample
  await pool.query(
    `insert into page_views (entity_type, session_id, referrer_url)
     select 'home', gen_random_uuid(), repeat('x', 300) from generate_series(1, 4000) n`,
  );
  const { visitors } = await analytics.getStatus();
  expect(visitors.sample).toBeGreaterThan(500);
  expect(visitors.sample).toBeLessThan(4020);
  expect(visitors.by_session).toBeGreaterThan(90);
});

test.for([
  [
    "alter table page_views disable trigger headcount_capture_insert",
    /headcount_capture_insert is disabled: what is added/,
  ],
  [
    "alter table page_views enable replica trigger headcount_capture_update",
    /headcount_capture_update fires in replica sessions only: what is edited/,
  ],
  ["alter table page_views disable trigger user", /headcount_capture_truncate is disabled/],
  [
    "create table archived () inherits (page_views); insert into archived (id, entity_type) values (1000, 'home')",
    /tables that inherit from it, lack triggers \(.*archived\)/,
  ],
] as const)("status names what %j does, and what fixes it", async ([action, problem]) => {
  await using database = await createInstalledDatabase("capture faults");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await pool.query(action);
  await pool.query(addView);
  await pool.query("update page_views set time_on_page = 3");
  const { capture } = await analytics.getStatus();
  expect(capture.on).toBe(false);
  expect(capture.faults.map((fault) => fault.problem).join("\n")).toMatch(problem);
  await fix(pool, capture.faults);
  expect((await analytics.getStatus()).capture).toEqual({ on: true, faults: [] });
  expect(await compareRollups(pool)).toEqual([]);
});

test("status names every trigger that was dropped, with the statement that brings it back, under any names", async () => {
  await using database = await createTestDatabase("dropped triggers");
  const { pool } = database;
  const schema = `My "odd" Schema`;
  await pool.query(`create schema "Host's"; create table "Host's"."Views %1$s" (
    id bigint generated always as identity, entity_type text, entity_id text, account_id text, session_id text, viewed_at timestamptz)`);
  await migrate({ pool, schema, pageViews: `Host's.Views %1$s` });
  const analytics = new AnalyticsClient({ pool, schema });
  for (const event of ["insert", "update", "delete", "truncate"]) {
    await pool.query(`drop trigger headcount_capture_${event} on "Host's"."Views %1$s"`);
  }
  const { capture } = await analytics.getStatus();
  expect(capture.faults).toHaveLength(4);
  await fix(pool, capture.faults);
  expect((await analytics.getStatus()).capture).toEqual({ on: true, faults: [] });
  await pool.query(
    `insert into "Host's"."Views %1$s" (entity_type, viewed_at) values ('home', now())`,
  );
  expect((await analytics.getStatus()).pending_changes).toBe(1);
});

test("it is as good as it was when the triggers fire always", async () => {
  await using database = await createInstalledDatabase("always");
  const { pool } = database;
  await pool.query("alter table page_views enable always trigger headcount_capture_insert");
  expect((await new AnalyticsClient({ pool }).getStatus()).capture.on).toBe(true);
});

async function fix(
  pool: { query: (text: string) => Promise<unknown> },
  faults: CaptureFault[],
): Promise<void> {
  for (const fault of faults) await pool.query(fault.fix);
}
