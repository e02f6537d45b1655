import { escapeIdentifier } from "pg";
import { expect, test } from "vitest";
import { describeEachPostgres } from "../../../testing/each-postgres.ts";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { migrations } from "./generated/migrations.ts";
import { migrate } from "./migrate.ts";
import type { MigrationFile } from "./migration-file.ts";
import type { MigrationProgress } from "./migration-progress.ts";
import { migrateFiles } from "./running/migrate-files.ts";
import { verifyInstallation } from "./verify-installation.ts";

const newest = migrations.length;
const objectCount = `select count(*)::int as objects from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^(pg_|information_schema)'`;

function fileOf(version: number, sql: string): MigrationFile {
  return { version, name: "added", sql, checksum: "c", transaction: "per-file", repeat: false };
}

describeEachPostgres((server) => {
  test("a fresh installation applies every file once and leaves everything in its place", async () => {
    await using database = await createTestDatabase("fresh install", server.url);
    const { pool } = database;
    const progress: MigrationProgress[] = [];
    const result = await migrate({ pool, onProgress: (step) => progress.push(step) });

    expect(result).toEqual({
      applied: migrations.map(({ version, name }) => {
        return { version, name, duration_ms: expect.any(Number) as number };
      }),
      already_applied: 0,
      schema_version: newest,
    });
    expect(progress.filter(({ kind }) => kind === "file_finished")).toHaveLength(newest);
    expect(await verifyInstallation({ pool })).toEqual({
      schema: "public",
      schema_version: newest,
      faults: [],
    });
    const settings = await pool.query("select * from analytics_settings");
    expect(settings.rows).toEqual([
      expect.objectContaining({ time_zone: "UTC", entity_id_type: "uuid", history_complete: true }),
    ]);
  });

  test("a second run changes nothing", async () => {
    await using database = await createTestDatabase("second run", server.url);
    const { pool } = database;
    await migrate({ pool, timeZone: "europe/berlin" });
    const snapshot =
      "select (select json_agg(l order by version) from headcount_migrations l) as ledger, s.* from analytics_settings s";
    const before = await pool.query(snapshot);
    expect(await migrate({ pool })).toEqual({
      applied: [],
      already_applied: newest,
      schema_version: newest,
    });
    const after = await pool.query(snapshot);
    expect(after.rows).toEqual(before.rows);
    expect(after.rows).toEqual([expect.objectContaining({ time_zone: "Europe/Berlin" })]);
  });

  test("20 at once install it once, schema and ledger included", async () => {
    await using database = await createTestDatabase("twenty at once", server.url);
    const { pool } = database;
    pool.options.max = 20;
    const results = await Promise.all(
      Array.from({ length: 20 }, () => migrate({ pool, schema: "headcount" })),
    );
    expect(results.map(({ applied }) => applied.length).toSorted((a, b) => a - b)).toEqual([
      ...Array.from({ length: 19 }, () => 0),
      newest,
    ]);
    const ledger = await pool.query("select version from headcount.headcount_migrations");
    expect(ledger.rowCount).toBe(newest);
  });

  test("a failure in the middle of a file leaves nothing of that file behind", async () => {
    await using database = await createTestDatabase("failing file", server.url);
    const { pool } = database;
    const failing = fileOf(
      newest + 1,
      "create table :schema.half_done (n integer);\n\ninsert into :schema.half_done\nvalues (1 / 0);",
    );
    await expect(migrateFiles({ pool }, [...migrations, failing])).rejects.toMatchObject({
      code: "migration_failed",
      details: { file: `${String(newest + 1).padStart(4, "0")}_added.sql`, line: 3 },
      message: expect.stringMatching(
        /failed in the statement of line 3: division by zero$/,
      ) as string,
    });
    const left = await pool.query(
      "select to_regclass('half_done') as half_done, max(version) as version from headcount_migrations",
    );
    expect(left.rows).toEqual([{ half_done: null, version: newest }]);
    expect((await migrate({ pool })).applied).toEqual([]);
  });

  test("a failure in the first file leaves nothing behind at all", async () => {
    await using database = await createTestDatabase("failing first file", server.url);
    const { pool } = database;
    const failing = fileOf(1, "create table :schema.half_done (); select 1 / 0;");
    await expect(migrateFiles({ pool, schema: "headcount" }, [failing])).rejects.toMatchObject({
      code: "migration_failed",
    });
    expect((await pool.query(objectCount)).rows).toEqual([{ objects: 0 }]);
    const schemas = await pool.query("select from pg_namespace where nspname = 'headcount'");
    expect(schemas.rowCount).toBe(0);
  });

  test("a database newer than the library is refused, with both versions", async () => {
    await using database = await createTestDatabase("newer database", server.url);
    const { pool } = database;
    await migrateFiles({ pool }, [...migrations, fileOf(newest + 1, "select 1")]);
    await expect(migrate({ pool })).rejects.toMatchObject({
      code: "schema_newer_than_library",
      message: `The database is at schema version ${newest + 1} and this @headcount/migrations knows versions up to ${newest}: update the package.`,
      details: { installed_version: newest + 1, library_version: newest },
    });
  });

  test("a file that was changed after it was applied is named", async () => {
    await using database = await createTestDatabase("changed file", server.url);
    const { pool } = database;
    await migrate({ pool });
    const changed = migrations.map((file) =>
      file.version === 3 ? { ...file, checksum: "0".repeat(64) } : file,
    );
    await expect(migrateFiles({ pool }, changed)).rejects.toMatchObject({
      code: "checksum_mismatch",
      details: { file: "0003_rollups.sql" },
    });
  });

  test("odd names install, take views in and fold", async () => {
    await using database = await createTestDatabase("odd names", server.url);
    const { pool } = database;
    const schema = `My "odd" Schema's`;
    const views = `${escapeIdentifier(`the "web"`)}.${escapeIdentifier('Odd "Views"')}`;
    await pool.query(`create schema "the ""web"""`);
    await pool.query(
      `create table ${views} (id bigint primary key, entity_type text, entity_id text, account_id bigint, viewed_at timestamptz)`,
    );
    const insert = (id: number): Promise<unknown> =>
      pool.query(`insert into ${views} values ($1, 'page', '/a', 7, '2026-03-01T12:00Z')`, [id]);

    await insert(1);
    const options = { pool, schema, pageViews: 'the "web".Odd "Views"' };
    expect((await migrate(options)).schema_version).toBe(newest);
    await insert(2);
    await pool.query(`select ${escapeIdentifier(schema)}.fold_page_view_changes()`);
    const counted = await pool.query(
      `select visit_count from ${escapeIdentifier(schema)}.analytics_visitors`,
    );
    expect(counted.rows).toEqual([{ visit_count: 2 }]);
    expect((await verifyInstallation(options)).faults).toEqual([]);
  });

  test("an installed schema does not become another one", async () => {
    await using database = await createTestDatabase("settings differ", server.url);
    const { pool } = database;
    await migrate({ pool, timeZone: "Europe/Berlin" });
    await expect(migrate({ pool, timeZone: "UTC" })).rejects.toMatchObject({
      code: "settings_differ",
      field: "timeZone",
    });
    await expect(migrate({ pool, pageViews: "other_views" })).rejects.toMatchObject({
      code: "settings_differ",
      field: "pageViews",
    });
    expect((await migrate({ pool, timeZone: "EUROPE/BERLIN" })).applied).toEqual([]);
  });

  test("ids of another type than the installed one are refused before anything is written", async () => {
    await using database = await createTestDatabase("id types differ", server.url);
    const { pool } = database;
    await migrateFiles({ pool }, migrations.slice(0, 3));
    await pool.query("alter table page_views alter account_id type text");
    await expect(migrate({ pool })).rejects.toMatchObject({
      code: "settings_differ",
      message: expect.stringContaining(
        'account_id of "public"."page_views" is text, and was installed as uuid',
      ) as string,
    });
  });

  test("a schema that is misspelt is refused before anything is written", async () => {
    await using database = await createTestDatabase("misspelt schema", server.url);
    const { pool } = database;
    for (const [field, value] of [
      ["pageViews", "wbe.page_views"],
      ["accounts", "wbe.accounts"],
    ]) {
      await expect(migrate({ pool, [String(field)]: value })).rejects.toMatchObject({
        code: "invalid_input",
        field,
      });
    }
    expect((await pool.query(objectCount)).rows).toEqual([{ objects: 0 }]);
  });

  test("an unknown time zone is refused before anything is written", async () => {
    await using database = await createTestDatabase("unknown zone", server.url);
    const { pool } = database;
    for (const timeZone of ["Europe/Berln", "CEST", "UTC+3", "localtime"]) {
      await expect(migrate({ pool, timeZone })).rejects.toMatchObject({
        code: "unknown_time_zone",
        field: "timeZone",
      });
    }
    expect((await pool.query(objectCount)).rows).toEqual([{ objects: 0 }]);
  });
});
