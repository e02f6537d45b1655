import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { migrate } from "@headcount/migrations";
import { Pool } from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { countWaiting } from "../../../../testing/count-waiting.ts";
import { compareRollups } from "../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import { findPostgresBinaries } from "../../../../testing/postgres/postgres-binaries.ts";
import { startPostgres } from "../../../../testing/postgres/start-postgres.ts";
import { testSearchPath } from "../../../../testing/postgres/test-search-path.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import type { AnalyticsError } from "../errors.ts";

type Database = Pick<Pool, "query">;

const addViews = `
  insert into page_views (entity_type, entity_id, session_id, viewed_at)
  select 'listing', gen_random_uuid(), gen_random_uuid(), '2025-05-05T12:00:00Z' from generate_series(1, $1::int)`;

async function countOf(database: Database, what: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(`select (${what})::int as count`);
  return rows[0]?.count ?? -1;
}

const pending = (database: Database): Promise<number> =>
  countOf(database, "select count(*) from page_view_changes");
const folded = (database: Database): Promise<number> =>
  countOf(
    database,
    "select coalesce(sum(total_views), 0) from analytics_aggregates where hour is null",
  );

function neverFails(error: AnalyticsError): void {
  throw error;
}

const soon = { intervalMs: 50 };

test("what is pending and what comes later is folded, until it is stopped", async () => {
  await using database = await createInstalledDatabase("worker");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await pool.query(addViews, [3]);
  {
    await using workers = new AsyncDisposableStack();
    workers.use(analytics.startAggregating({ ...soon, onError: neverFails }));
    await expect.poll(() => folded(pool)).toBe(3);
    await pool.query(addViews, [4]);
    await expect.poll(() => folded(pool)).toBe(7);
  }
  await pool.query(addViews, [1]);
  expect(await pending(pool)).toBe(1);
});

test("two workers and a caller at once fold everything once", async () => {
  await using database = await createInstalledDatabase("two workers");
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  await using workers = new AsyncDisposableStack();
  workers.use(analytics.startAggregating({ ...soon, onError: neverFails }));
  workers.use(analytics.startAggregating({ ...soon, onError: neverFails }));
  for (let n = 0; n < 20; n += 1) await pool.query(addViews, [100]);
  await analytics.aggregate();
  await expect.poll(() => pending(pool)).toBe(0);
  expect(await folded(pool)).toBe(2000);
  expect(await compareRollups(pool)).toEqual([]);
});

test("nothing is written while nothing is pending", async () => {
  await using database = await createInstalledDatabase("idle worker");
  const { pool } = database;
  const connections = vi.spyOn(pool, "connect");
  const analytics = new AnalyticsClient({ pool });
  // a row's lock holds the transaction that has it
  const lastLock = "select xmax::text::bigint from analytics_settings";
  const before = await countOf(pool, lastLock);
  const worker = analytics.startAggregating({ ...soon, onError: neverFails });
  await expect.poll(() => connections.mock.calls.length).toBeGreaterThan(5);
  await worker.stop();
  expect(await countOf(pool, lastLock)).toBe(before);
});

/** Makes every batch wait until the function that it returns is called. */
async function holdUpFolding(pool: Pool): Promise<() => Promise<void>> {
  const client = await pool.connect();
  client.on("error", () => undefined);
  await client.query("begin; lock table analytics_visitor_days in share mode");
  return async () => {
    try {
      await client.query("commit");
    } finally {
      client.release();
    }
  };
}

const batches = "%fold_page_view_changes%";

test("stopping waits for the batch under way, and begins no other", async () => {
  await using database = await createInstalledDatabase("stopped worker");
  const { pool } = database;
  await pool.query(addViews, [20_001]);
  const letGo = await holdUpFolding(pool);
  const worker = new AnalyticsClient({ pool }).startAggregating({ ...soon, onError: neverFails });
  await expect.poll(() => countWaiting(pool, batches)).toBe(1);
  const stopped = Promise.all([worker.stop(), worker.stop()]);
  await letGo();
  await stopped;
  expect(await folded(pool)).toBe(20_000);
  expect(await pending(pool)).toBe(1);
});

test("aborting cancels the batch under way on the server, and is not a failure", async () => {
  await using database = await createInstalledDatabase("aborted worker");
  const { pool } = database;
  await pool.query(addViews, [10]);
  const letGo = await holdUpFolding(pool);
  const { signal, abort } = abortable();
  const worker = new AnalyticsClient({ pool }).startAggregating({
    ...soon,
    onError: neverFails,
    signal,
  });
  await expect.poll(() => countWaiting(pool, batches)).toBe(1);
  abort();
  await worker.stop();
  expect(await countWaiting(pool, batches)).toBe(0);
  await letGo();
  expect(await pending(pool)).toBe(10);
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

test("closing the client ends the work", async () => {
  await using database = await createInstalledDatabase("closed worker");
  const analytics = new AnalyticsClient({ connectionString: database.url });
  const worker = analytics.startAggregating({ ...soon, onError: neverFails });
  await database.pool.query(addViews, [2]);
  await expect.poll(() => folded(database.pool)).toBe(2);
  await analytics.close();
  await worker.stop();
});

test("what onError throws ends the work", async () => {
  const analytics = new AnalyticsClient({ connectionString: "postgres://127.0.0.1:1/nowhere" });
  const worker = analytics.startAggregating({
    onError: (error) => {
      throw new RangeError("enough", { cause: error });
    },
  });
  await expect(worker.stop()).rejects.toThrow(RangeError);
});

test.for([
  [{}, /^onError is missing: give a function/],
  [{ onError: neverFails, intervalMs: 49 }, /^intervalMs is 49: give at least 50/],
  [{ onError: neverFails, intervalMs: Number.NaN }, /^intervalMs is NaN: give milliseconds/],
  [{ onError: neverFails, intervalMs: 1e9 }, /^intervalMs is 1000000000: give at most 86400000/],
  [{ onError: neverFails, interval: 1 }, /interval/],
] as const)("options that cannot be used are refused at once: %o", ([options, message]) => {
  const analytics = new AnalyticsClient({ connectionString: "postgres://127.0.0.1:1/nowhere" });
  expect(() => analytics.startAggregating(options as never)).toThrow(message);
});

test("a program that started it ends by itself", async () => {
  await using database = await createInstalledDatabase("worker process");
  await database.pool.query(addViews, [5]);
  const program = `
    import { AnalyticsClient } from "@headcount/core";
    const analytics = new AnalyticsClient({ connectionString: process.env.DATABASE_URL });
    analytics.startAggregating({ intervalMs: 50, onError: (error) => { throw error; } });
    while ((await analytics.aggregate()).folded_changes > 0);
    process.stdout.write("nothing left to do");`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@headcount/source", "--input-type=module", "--eval", program],
    {
      cwd: join(import.meta.dirname, "../../../../testing"),
      env: { ...process.env, DATABASE_URL: database.url },
      timeout: 30_000,
    },
  );
  expect(stdout).toBe("nothing left to do");
  expect(await folded(database.pool)).toBe(5);
});

// a server of one's own can take the place of the npm packages where they do not exist
test.runIf(findPostgresBinaries(18))(
  "it goes on when the server was down, and catches up with what was pending",
  async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), "headcount-down-"));
    onTestFinished(() => rmSync(dataDirectory, { recursive: true, force: true }));
    const first = await startPostgres({
      dataDirectory,
      settings: { search_path: testSearchPath },
    });
    const pool = new Pool({ connectionString: first.url });
    pool.on("error", () => undefined);
    await migrate({ pool });

    const errors: AnalyticsError[] = [];
    const analytics = new AnalyticsClient({ connectionString: first.url });
    const worker = analytics.startAggregating({ ...soon, onError: (error) => errors.push(error) });
    await pool.query(addViews, [1]);
    await expect.poll(() => folded(pool)).toBe(1);
    expect(errors).toEqual([]);

    const letGo = await holdUpFolding(pool);
    await pool.query(addViews, [21_000]);
    await first.stop();
    await expect(letGo()).rejects.toThrow(/terminat|not queryable/i);
    await expect.poll(() => errors.length).toBeGreaterThan(2);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["database"]));

    const second = await startPostgres({
      dataDirectory,
      settings: { port: first.port, search_path: testSearchPath },
    });
    onTestFinished(second.stop);
    await expect.poll(() => folded(pool)).toBe(21_001);
    expect(await pending(pool)).toBe(0);
    await worker.stop();
    await analytics.close();
    await pool.end();
  },
);
