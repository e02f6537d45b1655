import { expect, test } from "vitest";
import { describeEachPostgres } from "../../../testing/each-postgres.ts";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { migrations } from "./generated/migrations.ts";
import { migrate } from "./migrate.ts";
import { planMigrations } from "./plan-migrations.ts";
import { readStatus } from "./read-status.ts";
import { migrateFiles } from "./running/migrate-files.ts";
import { verifyInstallation } from "./verify-installation.ts";

const newest = migrations.length;
const names = migrations.map(({ version, name }) => ({ version, name }));

describeEachPostgres((server) => {
  test("an empty database has everything pending, and asking writes nothing", async () => {
    await using database = await createTestDatabase("empty", server.url);
    const { pool } = database;
    const options = { pool, schema: "headcount", timeZone: "utc" };
    expect(await planMigrations(options)).toEqual({
      schema: "headcount",
      creates_schema: true,
      time_zone: "UTC",
      pending: names,
      page_views: {
        table: '"headcount"."page_views"',
        exists: false,
        adds_columns: [],
        builds_indexes_concurrently: false,
        estimated_history: 0,
      },
      accounts: { table: '"headcount"."accounts"', exists: false, lacks_columns: [] },
    });
    expect(await readStatus(options)).toEqual({
      schema: "headcount",
      schema_version: 0,
      library_schema_version: newest,
      applied: [],
      pending: names,
      installation: null,
    });
    expect((await verifyInstallation(options)).faults).toEqual([
      {
        problem: 'Nothing is installed in the schema "headcount".',
        mend: "npx @headcount/migrations up --schema 'headcount'",
      },
    ]);
    const schemas = await pool.query("select from pg_namespace where nspname = 'headcount'");
    expect(schemas.rowCount).toBe(0);
  });

  test("status tells what is installed and what waits to be folded", async () => {
    await using database = await createTestDatabase("status", server.url);
    const { pool } = database;
    await migrate({ pool, timeZone: "Asia/Tokyo" });
    await pool.query("insert into page_views (entity_type) values ('home'), ('home')");
    const status = await readStatus({ pool });
    expect(status).toMatchObject({ schema_version: newest, pending: [] });
    expect(status.applied).toHaveLength(newest);
    expect(status.applied[0]).toEqual({
      ...names[0],
      checksum: migrations[0]?.checksum,
      library_version: expect.any(String) as string,
      applied_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    });
    expect(status.installation).toEqual({
      time_zone: "Asia/Tokyo",
      page_views: '"public"."page_views"',
      history_complete: true,
      analytics: {
        pending_changes: 2,
        oldest_pending_seconds: expect.any(Number) as number,
        last_fold: null,
        capture: { on: true, faults: [] },
      },
    });
  });

  test("verify finds each fault with what mends it", async () => {
    await using database = await createTestDatabase("verify", server.url);
    const { pool } = database;
    await migrate({ pool });
    await pool.query(`
      alter table page_views disable trigger headcount_capture_update;
      drop trigger headcount_capture_truncate on page_views;
      drop index analytics_visitors_ranking;
      drop function get_entity_visitors;
      update pg_index set indisvalid = false where indexrelid = 'idx_page_views_session_entity'::regclass;
      update headcount_migrations set checksum = 'other' where version = 4;
      insert into headcount_migrations (version, name, checksum, library_version) values (99, 'future', 'c', '9.0.0')`);
    const { faults } = await verifyInstallation({ pool });
    expect(faults.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^0004_lookups\.sql is not the file that was applied on /),
      "The database has version 99 (future), which this package does not know.",
      "The trigger headcount_capture_update is disabled: what is edited in page views is not counted.",
      "The trigger headcount_capture_truncate is missing: what is truncated from page views is not counted.",
      "The index idx_page_views_session_entity is invalid: its build was interrupted.",
      "The index analytics_visitors_ranking is missing.",
      "The function get_entity_visitors is missing.",
    ]);
    const statements = faults.map(({ mend }) => mend).filter((mend) => /^[A-Z]{2,} /.test(mend));
    for (const statement of statements) await pool.query(statement);
    expect((await verifyInstallation({ pool })).faults).toHaveLength(4);
  });

  test("a history that was never read to its end is a fault, and what it advises reads it", async () => {
    await using database = await createTestDatabase("verify history", server.url);
    const { pool } = database;
    await migrate({ pool });
    await pool.query(`
      update analytics_settings set history_complete = false;
      insert into page_views (entity_type, session_id, viewed_at) values ('page', gen_random_uuid(), now())`);
    const { faults } = await verifyInstallation({ pool });
    expect(faults.map(({ problem }) => problem)).toEqual([
      "The page views from before the installation are not all in the rollups.",
    ]);
    await pool.query(faults[0]?.mend ?? "");
    expect((await verifyInstallation({ pool })).faults).toEqual([]);
    const { rows } = await pool.query("select visit_count from analytics_visitors");
    expect(rows).toEqual([{ visit_count: 1 }]);
  });

  test("files that are pending are a fault, for nothing is counted without them", async () => {
    await using database = await createTestDatabase("verify pending", server.url);
    const { pool } = database;
    await migrateFiles({ pool }, migrations.slice(0, 3));
    expect((await verifyInstallation({ pool })).faults).toEqual([
      {
        problem: `Pending: 0004_lookups.sql and ${newest - 4} later.`,
        mend: "npx @headcount/migrations up",
      },
    ]);
  });

  test("a table of page views that was dropped is a fault and not a crash", async () => {
    await using database = await createTestDatabase("dropped table", server.url);
    const { pool } = database;
    await migrate({ pool });
    await pool.query("drop table page_views cascade");
    const { faults } = await verifyInstallation({ pool });
    expect(faults).toEqual([
      expect.objectContaining({
        problem: "The table of page views was dropped, and the triggers with it.",
      }),
    ]);
    expect((await readStatus({ pool })).installation?.page_views).toBeNull();
  });
});
