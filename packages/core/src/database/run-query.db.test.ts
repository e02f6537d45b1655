import { Pool } from "pg";
import { expect, test } from "vitest";
import { countWaiting } from "../../../../testing/count-waiting.ts";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import type { QueryEvent } from "./query-observer.ts";

const question = { entity_type: "listing", entity_id: null };
const aborted = { name: "AnalyticsError", code: "aborted", cause: "enough" };

/** Runs a call that waits for a lock, aborts it as soon as the server says that it waits, and lets go of the lock. */
async function abortWhileWaiting(
  { pool, table }: { pool: Pool; table: string },
  call: (signal: AbortSignal) => Promise<unknown>,
): Promise<unknown> {
  const blocker = await pool.connect();
  const controller = new AbortController();
  try {
    await blocker.query("begin");
    await blocker.query(`lock table ${table} in access exclusive mode`);
    const outcome = call(controller.signal).catch((error: unknown) => error);
    await expect.poll(() => countWaiting(pool)).toBe(1);
    controller.abort("enough");
    const error = await outcome;
    expect(await countWaiting(pool)).toBe(0);
    return error;
  } finally {
    await blocker.query("rollback");
    blocker.release();
  }
}

async function installed(hint: string): Promise<TestDatabase> {
  const database = await createInstalledDatabase(hint);
  await database.pool.query("insert into page_views (entity_type) values ('listing')");
  return database;
}

test("aborting a read cancels its statement on the server, and the pool goes on", async () => {
  await using database = await installed("abort read");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await analytics.aggregate();
  const table = "analytics_aggregates";
  const error = await abortWhileWaiting({ pool, table }, (signal) =>
    analytics.getTimeSeries(question, { signal }),
  );
  expect(error).toMatchObject(aborted);
  expect((await analytics.getTimeSeries(question)).totals.views).toBe(1);
});

test("aborting a fold rolls its batch back, and nothing is lost", async () => {
  await using database = await installed("abort fold");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  const error = await abortWhileWaiting({ pool, table: "analytics_visitors" }, (signal) =>
    analytics.aggregate({ signal }),
  );
  expect(error).toMatchObject(aborted);
  expect(await analytics.aggregate()).toMatchObject({ folded_changes: 1 });
  expect((await analytics.getTimeSeries(question)).totals.views).toBe(1);
});

test("aborting a rebuild keeps the rollups as they were", async () => {
  await using database = await installed("abort rebuild");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await analytics.aggregate();
  const range = { date_from: "2020-01-01", date_to: "2099-12-31" };
  const table = "analytics_visitor_returns";
  const error = await abortWhileWaiting({ pool, table }, (signal) =>
    analytics.rebuild(range, { signal }),
  );
  expect(error).toMatchObject(aborted);
  expect((await analytics.getTimeSeries(question)).totals.views).toBe(1);
});

test("a call that waits for a busy pool can be aborted", async () => {
  await using database = await installed("abort waiting");
  const pool = new Pool({ connectionString: database.url, max: 1 });
  pool.on("error", () => undefined);
  const analytics = new AnalyticsClient({ pool });
  await analytics.aggregate();
  const only = await pool.connect();
  const controller = new AbortController();
  const call = analytics.getTimeSeries(question, { signal: controller.signal });
  await expect.poll(() => pool.waitingCount).toBe(1);
  controller.abort("enough");
  await expect(call).rejects.toMatchObject(aborted);
  only.release();
  expect((await analytics.getTimeSeries(question)).totals.views).toBe(1);
  await pool.end();
});

test("onQuery is called with what was asked, in transactions too, how long it took and why it failed, and no value", async () => {
  await using database = await installed("on query");
  const { pool } = database;
  const events: QueryEvent[] = [];
  const analytics = new AnalyticsClient({
    pool,
    onQuery: (event) => {
      events.push(event);
      throw new RangeError("not for the caller");
    },
  });
  await analytics.aggregate();
  await analytics.getVisitors({ ...question, search: "a secret" });
  const sql = (part: string) => events.find((event) => event.sql.includes(part));
  for (const asked of ["fold_page_view_changes", "visitor_columns"]) {
    expect(sql(asked)).toEqual({
      sql: expect.stringContaining("$1") as string,
      duration_ms: expect.any(Number) as number,
      rows: 1,
      error: null,
    });
  }
  expect(JSON.stringify(events)).not.toContain("secret");

  await pool.query("drop function headcount.visitor_columns cascade");
  await expect(analytics.getVisitors(question)).rejects.toMatchObject({ code: "database" });
  expect(events.at(-1)).toMatchObject({ rows: 0, error: { code: "database" } });
});

test("a signal that was aborted before sends nothing", async () => {
  await using analytics = new AnalyticsClient({ connectionString: "postgres://localhost:1/none" });
  const options = { signal: AbortSignal.abort("enough") };
  await expect(analytics.getTimeSeries(question, options)).rejects.toMatchObject(aborted);
  await expect(analytics.getVisitors(question, options)).rejects.toMatchObject(aborted);
  await expect(analytics.aggregate(options)).rejects.toMatchObject(aborted);
});

test("a read that fails for what others write at SERIALIZABLE is repeated", async () => {
  await using database = await createInstalledDatabase("repeat read");
  const { pool } = database;
  // Failing the first time only: what a sequence gave is given, whatever the transaction comes to.
  await pool.query(`
    insert into page_views (entity_type, account_id) values ('listing', gen_random_uuid());
    create sequence reads;
    create function read_accounts() returns boolean language plpgsql as $$
      begin
        if nextval('reads') = 1 then raise serialization_failure; end if;
        return true;
      end $$;
    create or replace view headcount.analytics_accounts as
      select a.account_id, 'ada'::text as username, 'Ada'::text as display_name from page_views a where read_accounts()`);
  const analytics = new AnalyticsClient({ pool });
  await analytics.aggregate();
  const { data } = await analytics.getVisitors(question);
  expect(data).toMatchObject([{ display_name: "Ada" }]);
});
