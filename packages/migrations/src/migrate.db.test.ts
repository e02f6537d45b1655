import { escapeIdentifier, Pool } from "pg";
import { expect, test } from "vitest";
import { describeEachPostgres } from "../../../testing/each-postgres.ts";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { checkInstallation } from "./check-installation.ts";
import { migrate } from "./migrate.ts";
import type { MigrationProgress } from "./migration-progress.ts";
import { migrateSource } from "./running/migrate-source.ts";
import type { Change } from "./sql-source/change.ts";
import { librarySource } from "./sql-source/library-source.ts";
import type { SqlSource } from "./sql-source/sql-source.ts";

const { changes, release, libraryVersion } = librarySource;
const next = changes.length + 1;
const objectCount = `select count(*)::int as objects from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^(pg_|information_schema)'`;

function withChange(sql: string): SqlSource {
  const added: Change = { version: next, name: "added", sql, transaction: "shared", repeat: false };
  return { ...librarySource, changes: [...changes, added] };
}

describeEachPostgres((server) => {
  test("a fresh installation applies everything once and leaves it in its place", async () => {
    await using database = await createTestDatabase("fresh install", server.url);
    const { pool } = database;
    const progress: MigrationProgress[] = [];
    const result = await migrate({ pool, onProgress: (step) => progress.push(step) });

    expect(result).toEqual({
      applied: [
        "0001_page_views",
        "0002_page_view_indexes",
        "0003_tables, 0004_types, 0005_accounts, functions, attachments",
        "0006_history",
      ].map((name) => ({ name, duration_ms: expect.any(Number) as number })),
      schema_version: release,
    });
    expect(progress.filter(({ kind }) => kind === "step_finished")).toHaveLength(4);
    expect(await checkInstallation({ pool })).toEqual({
      schema: "headcount",
      schema_version: release,
      faults: [],
    });
    const settings = await pool.query("select * from analytics_settings");
    expect(settings.rows).toEqual([
      expect.objectContaining({ time_zone: "UTC", entity_id_type: "uuid", history_complete: true }),
    ]);
  });

  test("more connections than the pool has are refused, and as many as it has are not", async () => {
    await using database = await createTestDatabase("concurrency", server.url);
    const { pool } = database;
    const small = new Pool({ connectionString: pool.options.connectionString, max: 2 });
    // the database may be dropped before the last connection has ended
    small.on("error", () => undefined);
    try {
      await expect(migrate({ pool: small, concurrency: 3 })).rejects.toMatchObject({
        code: "invalid_input",
        field: "concurrency",
        message:
          "concurrency is 3, and the pool has at most 2 connections: give it more (max), or ask for less.",
      });
      expect(await migrate({ pool: small, concurrency: 2 })).toMatchObject({
        schema_version: release,
      });
    } finally {
      await small.end();
    }
  });

  test("a second run changes nothing", async () => {
    await using database = await createTestDatabase("second run", server.url);
    const { pool } = database;
    await migrate({ pool, timeZone: "europe/berlin" });
    const snapshot =
      "select (select json_agg(l order by kind, version) from headcount_migrations l) as ledger, s.* from analytics_settings s";
    const before = await pool.query(snapshot);
    expect(await migrate({ pool })).toEqual({ applied: [], schema_version: release });
    const after = await pool.query(snapshot);
    expect(after.rows).toEqual(before.rows);
    expect(after.rows).toEqual([expect.objectContaining({ time_zone: "Europe/Berlin" })]);
  });

  test("20 at once install it once, schema and ledger included", async () => {
    await using database = await createTestDatabase("twenty at once", server.url);
    const { pool } = database;
    pool.options.max = 20;
    const results = await Promise.all(Array.from({ length: 20 }, () => migrate({ pool })));
    expect(results.map(({ applied }) => applied.length).toSorted((a, b) => a - b)).toEqual([
      ...Array.from({ length: 19 }, () => 0),
      4,
    ]);
    const ledger = await pool.query("select from headcount.headcount_migrations");
    expect(ledger.rowCount).toBe(changes.length + 2);
  });

  test("a failure in the middle of a change leaves nothing of it behind", async () => {
    await using database = await createTestDatabase("failing file", server.url);
    const { pool } = database;
    const failing = withChange(
      "create table :schema.half_done (n integer);\n\ninsert into :schema.half_done\nvalues (1 / 0);",
    );
    await migrate({ pool });
    await expect(migrateSource({ pool }, failing)).rejects.toMatchObject({
      code: "migration_failed",
      details: { file: `changes/${String(next).padStart(4, "0")}_added.sql`, line: 3 },
      message: expect.stringMatching(
        /failed in the statement of line 3: division by zero$/,
      ) as string,
    });
    const left = await pool.query(
      "select to_regclass('half_done') as half_done, max(version) as version from headcount_migrations where kind = 'change'",
    );
    expect(left.rows).toEqual([{ half_done: null, version: changes.length }]);
    expect((await migrate({ pool })).applied).toEqual([]);
  });

  test("a failure in a function leaves nothing behind of what is applied with it", async () => {
    await using database = await createTestDatabase("failing first file", server.url);
    const { pool } = database;
    const [first, ...others] = librarySource.functions;
    const failing = {
      ...librarySource,
      changes: changes.filter(({ name }) => name === "tables" || name === "types"),
      functions: [
        ...others.slice(0, 3),
        { name: "wrong", file: "functions/wrong.sql", line: 7, sql: `\n${first?.sql} wrong` },
      ],
    };
    await expect(migrateSource({ pool }, failing)).rejects.toMatchObject({
      code: "migration_failed",
    });
    expect((await pool.query(objectCount)).rows).toEqual([{ objects: 0 }]);
    const schemas = await pool.query("select from pg_namespace where nspname = 'headcount'");
    expect(schemas.rowCount).toBe(0);
  });

  test("a database newer than the library is refused, with both versions", async () => {
    await using database = await createTestDatabase("newer database", server.url);
    const { pool } = database;
    await migrateSource({ pool }, { ...withChange("select 1"), libraryVersion: "9.0.0" });
    await expect(migrate({ pool })).rejects.toMatchObject({
      code: "schema_newer_than_library",
      message: `The database was brought up to date by @headcount/migrations 9.0.0, and this is ${libraryVersion}: update the package.`,
      details: { installed_version: "9.0.0", library_version: libraryVersion },
    });
  });

  test("a change whose file was edited after it was applied is named", async () => {
    await using database = await createTestDatabase("changed file", server.url);
    const { pool } = database;
    await migrate({ pool });
    const edited = changes.map((change) =>
      change.version === 3 ? { ...change, sql: `${change.sql} ` } : change,
    );
    await expect(
      migrateSource({ pool }, { ...librarySource, changes: edited }),
    ).rejects.toMatchObject({
      code: "checksum_mismatch",
      details: { file: "changes/0003_tables.sql" },
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
    expect((await migrate(options)).schema_version).toBe(release);
    await insert(2);
    await pool.query(`select ${escapeIdentifier(schema)}.fold_page_view_changes()`);
    const counted = await pool.query(
      `select visit_count from ${escapeIdentifier(schema)}.analytics_visitors`,
    );
    expect(counted.rows).toEqual([{ visit_count: 2 }]);
    expect((await checkInstallation(options)).faults).toEqual([]);
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
    const tables = {
      ...librarySource,
      changes: changes.slice(0, 3),
      functions: [],
      attachments: [],
    };
    await migrateSource({ pool }, tables);
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

test("an installation from before the first release is refused in one sentence, also where another schema has it", async () => {
  await using database = await createTestDatabase("old layout");
  const { pool } = database;
  await migrate({ pool, schema: "public" });
  await pool.query(
    "alter table public.headcount_migrations drop column kind, drop column rendered_checksum",
  );
  for (const [schema, option] of [
    ["headcount", ""],
    ["public", " --schema 'public'"],
  ] as const) {
    await expect(migrate({ pool, schema })).rejects.toMatchObject({
      code: "schema_out_of_date",
      message: `The schema "public" has an installation from before the first release, which cannot be brought up to date: take it out as the docs/installing.md of that version says, and install anew: npx @headcount/migrations up${option}`,
    });
  }
});
