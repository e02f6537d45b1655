import {
  type MigrateOptions,
  type MigrateResult,
  migrateSource,
} from "./running/migrate-source.ts";

/**
 * Installs Headcount into the database, or brings it up to date. Does nothing when there is nothing to do; any
 * number may run at once. Everything is checked first, and each step is applied whole or not at all: all in one transaction, except the
 * host's table and its indexes before, and its history after.
 *
 * @throws {MigrationError}
 * @example
 * await migrate({ pool, timeZone: "Europe/Berlin" });
 * //=> { applied: [{ name: "0001_page_views", duration_ms: 4 }, ...], schema_version: 1 }
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  return migrateSource(options);
}
