import { migrations } from "./generated/migrations.ts";
import { type MigrateOptions, type MigrateResult, migrateFiles } from "./running/migrate-files.ts";

/**
 * Installs Headcount into the database, or brings it up to date. Does nothing when there is nothing to do; any
 * number may run at once. Everything is checked first, and each file is applied whole or not at all.
 *
 * @throws {MigrationError}
 * @example
 * await migrate({ pool, timeZone: "Europe/Berlin" });
 * //=> { applied: [{ version: 1, name: "page_views", duration_ms: 4 }, ...], already_applied: 0, schema_version: 27 }
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  return migrateFiles(options, migrations);
}
