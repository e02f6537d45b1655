import { Kysely, PostgresDialect } from "kysely";
import { Migrator } from "kysely/migration";
import type { Pool } from "pg";
import { expect, test } from "vitest";
import { describeEachPostgres } from "../../../../testing/each-postgres.ts";
import { createTestDatabase } from "../../../../testing/test-database.ts";
import { checkInstallation } from "../check-installation.ts";
import { releases } from "../generated/releases.ts";
import { migrate } from "../migrate.ts";
import { headcountMigrationProvider } from "./headcount-migration-provider.ts";

function migratorOf(pool: Pool, schema = "headcount"): Migrator {
  return new Migrator({
    db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }),
    provider: headcountMigrationProvider({ schema }),
    migrationTableName: `${schema}_kysely_migration`,
    migrationLockTableName: `${schema}_kysely_migration_lock`,
  });
}

describeEachPostgres((server) => {
  test("Kysely's migrator installs into a table with rows, and every other way knows", async () => {
    await using database = await createTestDatabase("kysely", server.url);
    const { pool } = database;
    await pool.query(`create table page_views (id int, entity_type text, entity_id int, account_id int, viewed_at timestamptz);
      insert into page_views values (1, 'page', 1, 1, now())`);
    const { error, results } = await migratorOf(pool).migrateToLatest({
      disableTransactions: true,
    });
    expect(error).toBeUndefined();
    expect(results?.map(({ migrationName }) => migrationName)).toEqual(["0001_0.0.0"]);
    expect((await checkInstallation({ pool })).faults).toEqual([]);
    expect((await migrate({ pool })).applied).toEqual([]);
  });

  test("what was installed another way is noted by Kysely and not run again", async () => {
    await using database = await createTestDatabase("kysely after migrate", server.url);
    const { pool } = database;
    await migrate({ pool });
    const { error, results } = await migratorOf(pool).migrateToLatest({
      disableTransactions: true,
    });
    expect(error).toBeUndefined();
    expect(results?.map(({ status }) => status)).toEqual(releases.map(() => "Success"));
  });

  test("inside Kysely's transaction the error says what to set", async () => {
    await using database = await createTestDatabase("kysely transaction", server.url);
    const { error } = await migratorOf(database.pool).migrateToLatest();
    expect(error).toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("migrateToLatest({ disableTransactions: true })") as string,
    });
  });
});
