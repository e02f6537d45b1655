import { expect, test } from "vitest";
import { describeOutermostPostgres } from "../../../testing/each-postgres.ts";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { checkInstallation } from "./check-installation.ts";
import { getStatus } from "./get-status.ts";
import { migrate } from "./migrate.ts";
import { planMigrations } from "./plan-migrations.ts";
import { migrateSource } from "./running/migrate-source.ts";
import { changeName } from "./sql-source/change.ts";
import { checksum } from "./sql-source/checksum.ts";
import { librarySource } from "./sql-source/library-source.ts";
import { uninstall } from "./uninstall.ts";

const { changes, libraryVersion } = librarySource;
const everything = { changes: changes.map(changeName), functions: true, attachments: true };
const nothing = { changes: [], functions: false, attachments: false };

describeOutermostPostgres((server) => {
  test("an empty database has everything pending, and asking writes nothing", async () => {
    await using database = await createTestDatabase("empty", server.url);
    const { pool } = database;
    const options = { pool, schema: "headcount", timeZone: "utc" };
    expect(await planMigrations(options)).toEqual({
      schema: "headcount",
      creates_schema: true,
      time_zone: "UTC",
      installed_version: null,
      library_version: libraryVersion,
      pending: everything,
      page_views: {
        table: '"public"."page_views"',
        exists: false,
        adds_columns: [],
        builds_indexes_concurrently: false,
        estimated_history: 0,
        notes: [],
      },
      accounts: { table: '"public"."accounts"', exists: false, lacks_columns: [] },
    });
    expect(await getStatus(options)).toEqual({
      schema: "headcount",
      installed_version: null,
      library_version: libraryVersion,
      up_to_date: false,
      applied: [],
      pending: everything,
      installation: null,
    });
    expect((await checkInstallation(options)).faults).toEqual([
      {
        problem: 'Nothing is installed in the schema "headcount".',
        fix: "npx @headcount/migrations up",
      },
    ]);
    const schemas = await pool.query("select from pg_namespace where nspname = 'headcount'");
    expect(schemas.rowCount).toBe(0);
  });

  test("status shows what is installed and what waits to be folded", async () => {
    await using database = await createTestDatabase("status", server.url);
    const { pool } = database;
    await migrate({ pool, timeZone: "Asia/Tokyo" });
    await pool.query("insert into page_views (entity_type) values ('home'), ('home')");
    const status = await getStatus({ pool });
    expect(status).toMatchObject({
      installed_version: libraryVersion,
      up_to_date: true,
      pending: nothing,
    });
    expect(status.applied.map(({ name }) => name)).toEqual([
      "attachments",
      ...changes.map(({ name }) => name),
      "functions",
    ]);
    expect(status.applied[1]).toEqual({
      kind: "change",
      version: 1,
      name: "page_views",
      checksum: checksum(changes[0]?.sql ?? ""),
      library_version: expect.any(String) as string,
      applied_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    });
    expect(status.installation).toEqual({
      time_zone: "Asia/Tokyo",
      page_views: '"public"."page_views"',
      history_complete: true,
    });
  });

  test("verify finds each fault with what fixes it", async () => {
    await using database = await createTestDatabase("verify", server.url);
    const { pool } = database;
    await migrate({ pool });
    await pool.query(`
      alter table page_views disable trigger headcount_capture_update;
      drop trigger headcount_capture_truncate on page_views;
      drop index analytics_entity_visitors_ranking, idx_page_views_account_entity_time;
      drop function get_entity_visitors;
      update pg_index set indisvalid = false where indexrelid = 'idx_page_views_session_entity_time'::regclass;
      update headcount_migrations set checksum = 'other' where kind = 'change' and version = 3;
      insert into headcount_migrations (kind, version, name, checksum, library_version)
      values ('change', 99, 'future', 'c', '9.0.0')`);
    const { faults } = await checkInstallation({ pool });
    expect(faults.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^changes\/0003_tables\.sql is not the file that was applied on /),
      "The database has 0099_future of @headcount/migrations 9.0.0, which this package does not know.",
      "The index idx_page_views_account_entity_time is missing.",
      "The index idx_page_views_session_entity_time is invalid: its build was interrupted.",
      "The index analytics_entity_visitors_ranking is missing.",
      "The function get_entity_visitors is missing.",
      "The trigger headcount_capture_update is disabled: what is edited in page views is not counted.",
      "The trigger headcount_capture_truncate is missing: what is truncated from page views is not counted.",
    ]);
    const statements = faults.map(({ fix }) => fix).filter((fix) => /^[A-Z]{2,} /.test(fix));
    for (const statement of statements) await pool.query(statement);
    await pool.query("delete from headcount_migrations where version = 99");
    await pool.query("update headcount_migrations set checksum = $1 where name = 'tables'", [
      checksum(changes[2]?.sql ?? ""),
    ]);
    await migrate({ pool });
    expect((await checkInstallation({ pool })).faults).toEqual([]);
  });

  test("a history that was never read to its end is a fault, and what it advises reads it", async () => {
    await using database = await createTestDatabase("verify history", server.url);
    const { pool } = database;
    await migrate({ pool });
    await pool.query(`
      update analytics_settings set history_complete = false;
      insert into page_views (entity_type, session_id, viewed_at) values ('page', gen_random_uuid(), now())`);
    const { faults } = await checkInstallation({ pool });
    expect(faults.map(({ problem }) => problem)).toEqual([
      "The page views from before the installation are not all in the rollups.",
    ]);
    await pool.query(faults[0]?.fix ?? "");
    expect((await checkInstallation({ pool })).faults).toEqual([]);
    // what came since capture began is pending
    await pool.query("select fold_page_view_changes()");
    const visits = "select visit_count from analytics_visitors";
    expect((await pool.query(visits)).rows).toEqual([{ visit_count: 1 }]);

    // a capturing function that is gone takes its trigger along, and what it missed is read again
    await pool.query(
      "drop function capture_added_page_views cascade; insert into page_views (entity_type, session_id) select entity_type, session_id from page_views",
    );
    for (const { fix } of (await checkInstallation({ pool })).faults) {
      await pool.query(fix);
      if (fix.endsWith("-- then run: npx @headcount/migrations up")) await migrate({ pool });
    }
    expect((await checkInstallation({ pool })).faults).toEqual([]);
    expect((await pool.query(visits)).rows).toEqual([{ visit_count: 2 }]);
  });

  test("what is pending is a fault, because nothing is counted without it", async () => {
    await using database = await createTestDatabase("verify pending", server.url);
    const { pool } = database;
    await migrateSource({ pool }, { ...librarySource, changes: changes.slice(0, -1) });
    expect((await checkInstallation({ pool })).faults).toEqual([
      {
        problem: `Pending: 1 change (${changes.map(changeName).at(-1)}).`,
        fix: "npx @headcount/migrations up",
      },
    ]);
  });

  test("a table of page views that was dropped is a fault and not a crash", async () => {
    await using database = await createTestDatabase("dropped table", server.url);
    const { pool } = database;
    await migrate({ pool });
    await pool.query("drop table page_views cascade");
    const { faults } = await checkInstallation({ pool });
    expect(faults).toEqual([
      {
        problem: "The table of page views was dropped, and the triggers with it.",
        fix: "npx @headcount/migrations uninstall",
      },
    ]);
    expect((await getStatus({ pool })).installation?.page_views).toBeNull();
    await uninstall({ pool });
    await migrate({ pool });
    expect((await checkInstallation({ pool })).faults).toEqual([]);
  });
});
