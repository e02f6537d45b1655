import type { Kysely } from "kysely";
import type { Migration, MigrationProvider } from "kysely/migration";
import { releases } from "../generated/releases.ts";
import { MigrationError } from "../migration-error.ts";
import type { InstallationOptions } from "../migration-options.ts";
import { parseTarget } from "../parse-target.ts";
import {
  defaultLockAttempts,
  defaultLockTimeoutMs,
  migrateConnection,
} from "../running/migrate-source.ts";
import { withSessionSettings } from "../session/session-settings.ts";
import { kyselyConnection } from "./kysely-connection.ts";

export type HeadcountMigrationProviderOptions = Omit<InstallationOptions, "pool">;

/**
 * Headcount's migrations for Kysely's `Migrator`: one for each release of this package, of which the first that runs
 * brings everything up to date. Keep them in a ledger of their own, apart from your migrations, and disable Kysely's
 * transaction around all of them: indexes on a table with rows are built CONCURRENTLY, and the rest has a transaction of
 * its own. What is applied is noted in `headcount_migrations` too, as by every other way of installing.
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
  const migration: Migration = {
    async up(db: Kysely<unknown>): Promise<void> {
      if (db.isTransaction) {
        throw new MigrationError(
          "invalid_input",
          "disableTransactions is not set: call migrateToLatest({ disableTransactions: true }), for indexes are built CONCURRENTLY and the rest has a transaction of its own.",
          { field: "disableTransactions" },
        );
      }
      await db.connection().execute(async (session) => {
        await withSessionSettings(kyselyConnection(session), (connection) =>
          migrateConnection(connection, {
            target,
            lockTimeoutMs: defaultLockTimeoutMs,
            lockAttempts: defaultLockAttempts,
          }),
        );
      });
    },
  };
  const entries = releases.map((release, index) => [
    `${String(index + 1).padStart(4, "0")}_${release}`,
    migration,
  ]);
  return { getMigrations: async () => Object.fromEntries(entries) as Record<string, Migration> };
}
