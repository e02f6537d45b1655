import { migrate, planMigrations } from "@headcount/migrations";
import { Kysely, PostgresDialect } from "kysely";
import { Pool } from "pg";
import { describe, expect, test } from "vitest";
import { countWaiting } from "../../../testing/count-waiting.ts";
import {
  hasPgBouncer,
  missingPgBouncerMessage,
  startPgBouncer,
} from "../../../testing/postgres/start-pgbouncer.ts";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { AnalyticsClient } from "./analytics-client.ts";

if (!hasPgBouncer()) process.stderr.write(`${missingPgBouncerMessage}\n`);

const listing = { entity_type: "listing", entity_id: null };

function poolOn(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: 4 });
  pool.on("error", () => undefined);
  return pool;
}

describe.skipIf(!hasPgBouncer())("through PgBouncer", () => {
  test("in transaction mode every call of the client works, and an abort cancels at once", async () => {
    await using database = await createTestDatabase("pooler");
    await migrate({ pool: database.pool });
    await using bouncer = await startPgBouncer({ url: database.url, mode: "transaction" });
    const pool = poolOn(bouncer.url);
    const analytics = new AnalyticsClient({ pool });
    try {
      const views = Array.from({ length: 50 }, () => ({
        ...listing,
        session_id: crypto.randomUUID(),
      }));
      expect(await analytics.trackPageViews(views)).toMatchObject({ accepted: 50 });
      expect(await analytics.aggregate({ concurrency: 2 })).toMatchObject({ folded_changes: 50 });
      const { totals } = await analytics.getTimeSeries(listing);
      expect(totals).toMatchObject({ views: 50, unique_visitors: 50 });
      expect((await analytics.getVisitors(listing)).data).toHaveLength(50);
      const range = { date_from: "2020-01-01", date_to: "2099-12-31" };
      expect(await analytics.rebuild(range)).toMatchObject({ rebuilt_page_views: 50 });
      expect(await analytics.verify()).toMatchObject({ page_views: 50, differences: 0 });
      expect(await analytics.getStatus()).toMatchObject({ pending_changes: 0 });

      for (const call of [
        (signal: AbortSignal) => analytics.getTimeSeries(listing, { signal }),
        (signal: AbortSignal) => analytics.rebuild(range, { signal }),
      ]) {
        await abortWhileBlocked(database.pool, { call, stillWaiting: 0 });
      }
      expect((await analytics.getTimeSeries(listing)).totals.views).toBe(50);
    } finally {
      await pool.end();
    }
  });

  test("a Kysely instance of the host's cannot cancel through it, and an aborted call ends all the same", async () => {
    await using database = await createTestDatabase("pooler kysely");
    await migrate({ pool: database.pool });
    await using bouncer = await startPgBouncer({ url: database.url, mode: "transaction" });
    const pool = poolOn(bouncer.url);
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    const analytics = new AnalyticsClient({ db });
    try {
      await analytics.trackPageView({ ...listing, session_id: crypto.randomUUID() });
      for (const call of [
        (signal: AbortSignal) => analytics.getTimeSeries(listing, { signal }),
        (signal: AbortSignal) => analytics.aggregate({ signal }),
      ]) {
        await abortWhileBlocked(database.pool, { call, stillWaiting: 1 });
      }
      expect(await analytics.aggregate()).toMatchObject({ folded_changes: 1 });
      expect((await analytics.getTimeSeries(listing)).totals.views).toBe(1);
    } finally {
      await pool.end();
    }
  });

  test("in transaction mode migrations are refused before they change or lock anything", async () => {
    await using database = await createTestDatabase("pooler migrate");
    await using bouncer = await startPgBouncer({ url: database.url, mode: "transaction" });
    const pool = poolOn(bouncer.url);
    try {
      const before = await pool.query("show search_path");
      for (const call of [migrate, planMigrations]) {
        await expect(call({ pool })).rejects.toMatchObject({
          code: "session_needed",
          message: expect.stringContaining("transaction mode") as string,
        });
      }
      const { rows } = await database.pool.query(
        `select
           (
             select count(*)::int from pg_locks l join pg_database d on d.oid = l.database
             where l.locktype = 'advisory' and d.datname = current_database()
           ) as locks,
           to_regnamespace('headcount') as schema`,
      );
      expect(rows).toEqual([{ locks: 0, schema: null }]);
      expect((await pool.query("show search_path")).rows).toEqual(before.rows);
    } finally {
      await pool.end();
    }
  });

  test("in session mode they work", async () => {
    await using database = await createTestDatabase("pooler session");
    await using bouncer = await startPgBouncer({ url: database.url, mode: "session" });
    const pool = poolOn(bouncer.url);
    try {
      expect((await migrate({ pool })).applied).not.toEqual([]);
      expect((await migrate({ pool })).applied).toEqual([]);
    } finally {
      await pool.end();
    }
  });
});

interface CallToAbort {
  call: (signal: AbortSignal) => Promise<unknown>;
  /** How many statements go on in the server while what they wait for is still held: none where it was cancelled. */
  stillWaiting: 0 | 1;
}

/** Aborts a call that waits for a lock, and sees it end before it has the lock. */
async function abortWhileBlocked(direct: Pool, { call, stillWaiting }: CallToAbort): Promise<void> {
  const blocker = await direct.connect();
  const controller = new AbortController();
  try {
    await blocker.query("begin");
    await blocker.query("lock table analytics_days in access exclusive mode");
    const outcome = call(controller.signal).catch((error: unknown) => error);
    await expect.poll(() => countWaiting(direct)).toBe(1);
    controller.abort();
    expect(await outcome).toMatchObject({ code: "aborted" });
    await expect.poll(() => countWaiting(direct)).toBe(stillWaiting);
  } finally {
    await blocker.query("rollback");
    blocker.release();
  }
}
