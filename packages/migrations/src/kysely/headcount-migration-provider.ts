import type { Kysely } from "kysely";
import type { Migration, MigrationProvider } from "kysely/migration";
import { migrations } from "../generated/migrations.ts";
import { MigrationError } from "../migration-error.ts";
import { type MigrationFile, migrationFileName } from "../migration-file.ts";
import type { InstallationOptions } from "../migration-options.ts";
import { parseTarget } from "../parse-target.ts";
import { applyFile } from "../running/apply-file.ts";
import { kyselyConnection } from "./kysely-connection.ts";

export type HeadcountMigrationProviderOptions = Omit<InstallationOptions, "pool">;

/**
 * Headcount's migrations for Kysely's `Migrator`. Keep them in a ledger of their own, apart from your migrations, and
 * disable Kysely's transaction around all of them: indexes on a table with rows are built CONCURRENTLY, and each file
 * has its own transaction. They are noted in `headcount_migrations` too, so that every door knows what is applied.
 *
 * @throws {MigrationError} `invalid_input`; the others come as the `error` of Kysely's result
 * @example
 * import { Migrator } from "kysely/migration";
 *
 * const migrator = new Migrator({
 *   db,
 *   provider: headcountMigrationProvider({ timeZone: "Europe/Berlin" }),
 *   migrationTableName: "headcount_kysely_migration",
 *   migrationLockTableName: "headcount_kysely_migration_lock",
 * });
 * const { error } = await migrator.migrateToLatest({ disableTransactions: true });
 */
export function headcountMigrationProvider(
  options: HeadcountMigrationProviderOptions = {},
): MigrationProvider {
  const target = parseTarget(options);
  const migrationOf = (file: MigrationFile): Migration => ({
    async up(db: Kysely<unknown>): Promise<void> {
      if (db.isTransaction) {
        throw new MigrationError(
          "invalid_input",
          "disableTransactions is not set: call migrateToLatest({ disableTransactions: true }), for indexes are built CONCURRENTLY and each file has its own transaction.",
          { field: "disableTransactions" },
        );
      }
      await db
        .connection()
        .execute((session) =>
          applyFile(file, { connection: kyselyConnection(session), target, files: migrations }),
        );
    },
  });
  const entries = migrations.map((file) => [
    migrationFileName(file).replace(/\.sql$/, ""),
    migrationOf(file),
  ]);
  return { getMigrations: async () => Object.fromEntries(entries) as Record<string, Migration> };
}
