import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import { type VerificationProgress, verification } from "../contract/verification.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("verify", { entityId: "bigint", accountId: "text" });
  analytics = new AnalyticsClient({ pool: database.pool });
  await database.pool.query(`
    insert into page_views (entity_type, entity_id, account_id, viewed_at, time_on_page)
    select 'listing', 9007199254740993 + n % 300, 'a' || n % 7, timestamptz '2026-03-01 12:00Z' + n * interval '1 hour', n % 60
    from generate_series(1, 3000) n`);
  await analytics.aggregate();
});

afterAll(() => database.drop());

test("undamaged rollups differ in nothing, and it reports how far it is", async () => {
  const progress: VerificationProgress[] = [];
  const found = await analytics.verify({ onProgress: (step) => progress.push(step) });
  expect(verification.parse(found)).toEqual(found);
  expect(found).toEqual({
    page_views: 3000,
    entities: 300,
    differences: 0,
    listed: [],
    set_aside_changes: 0,
    set_aside_entities: [],
    rebuild_range: null,
    seed: null,
    duration_ms: expect.any(Number),
  });
  expect(progress.at(-1)).toEqual({
    page_views: 3000,
    entities: 300,
    differences: 0,
    estimated_page_views: expect.any(Number),
    elapsed_ms: expect.any(Number),
    entity_type: "listing",
    entity_id: "9007199254741292",
  });
});

test("what differs is listed with row and columns, and aggregate fixes it with the dates that are offered", async () => {
  const { pool } = database;
  await pool.query(
    `update analytics_days set views = views + 2
     where entity_id = 9007199254740994 and date = '2026-03-01'`,
  );
  await pool.query(
    "delete from analytics_entity_visitors where entity_id = 9007199254740995 and visitor_id = 'a2'",
  );
  const found = await analytics.verify();
  expect(found.differences).toBe(2);
  expect(found.listed).toContainEqual({
    rollup: "analytics_days",
    entity_type: "listing",
    entity_id: "9007199254740994",
    key: { date: "2026-03-01" },
    stored: { views: 3 },
    expected: { views: 1 },
  });
  expect(found.listed).toContainEqual(
    expect.objectContaining({
      rollup: "analytics_entity_visitors",
      key: { kind: "a", visitor_id: "a2" },
      stored: null,
      expected: expect.objectContaining({ visit_count: 2 }),
    }),
  );
  expect(found.rebuild_range).toEqual({
    date_from: "2026-03-01",
    date_to: "2026-06-22",
  });
  if (found.rebuild_range !== null) await analytics.rebuild(found.rebuild_range);
  expect(await analytics.verify()).toMatchObject({ differences: 0, rebuild_range: null });
});

test("a sample is a share or a number of entities, and its seed repeats it", async () => {
  const share = await analytics.verify({ sample: 0.2 });
  expect(share.entities).toBeGreaterThan(20);
  expect(share.entities).toBeLessThan(110);
  expect(share.seed).toEqual(expect.any(Number));
  const again = await analytics.verify({ sample: 0.2, seed: share.seed ?? -1 });
  expect(again.entities).toBe(share.entities);
  expect(await analytics.verify({ sample: 17 })).toMatchObject({ entities: 17, page_views: 170 });
  expect(await analytics.verify({ sample: 1000 })).toMatchObject({
    entities: 300,
    page_views: 3000,
  });
});

test("views that come and folding that goes on are not differences", async () => {
  const { pool } = database;
  const worker = analytics.startAggregating({
    intervalMs: 50,
    onError: (error) => {
      throw error;
    },
  });
  const writing = (async () => {
    for (let n = 0; n < 40; n += 1) {
      await pool.query(
        `insert into page_views (entity_type, entity_id, account_id)
         select 'listing', 9007199254740993 + random() * 300, 'b' from generate_series(1, 50)`,
      );
      await pool.query("delete from page_views where id in (select id from page_views limit 3)");
    }
  })();
  for (let n = 0; n < 3; n += 1) {
    expect(await analytics.verify()).toMatchObject({ differences: 0, listed: [] });
  }
  await writing;
  await worker.stop();
  expect(await analytics.verify()).toMatchObject({ differences: 0, listed: [] });
});

test("it writes nothing", async () => {
  const { rows } = await database.pool.query<{ name: string }>("select current_database() as name");
  await database.pool.query(
    `alter database "${rows[0]?.name}" set default_transaction_read_only = on`,
  );
  await using reader = new AnalyticsClient({ connectionString: database.url });
  expect(await reader.verify()).toMatchObject({ differences: 0 });
  expect((await reader.getStatus()).pending_changes).toBeGreaterThanOrEqual(0);
});

test.for([
  [{ sample: 0 }, /^sample is 0: give a share/],
  [{ sample: 1.5 }, /^sample is 1\.5: give a share/],
  [{ sample: "0.1" }, /^sample is "0\.1": give a share/],
  [{ seed: -1 }, /^seed is -1: give a whole number/],
  [{ onProgress: 3 }, /^onProgress is 3: give a function/],
  [{ samples: 3 }, /samples/],
] as const)("options that cannot be used are refused: %o", async ([options, message]) => {
  await expect(analytics.verify(options as never)).rejects.toThrow(message);
});

test("an aborted call ends with code aborted", async () => {
  await expect(analytics.verify({ signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "aborted",
  });
});
