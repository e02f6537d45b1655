import type { InstallationOptions } from "../migration-options.ts";
import { findPgCron } from "./find-pg-cron.ts";
import { jobsOf, type ScheduledJob } from "./jobs.ts";
import { withInstallation } from "./with-installation.ts";

/**
 * Lets pg_cron fold in this database, every 5 seconds (before pg_cron 1.5 every minute). A job of that name is replaced.
 *
 * @throws {MigrationError} `pg_cron_missing`, `missing_privilege` or `schema_out_of_date`
 * @example
 * await scheduleFolding({ pool }); //=> [{ name: "headcount_fold_headcount", schedule: "5 seconds", command: "CALL …" }, …]
 */
export async function scheduleFolding(options: InstallationOptions): Promise<ScheduledJob[]> {
  return withInstallation(options, async ({ connection, schema }) => {
    const jobs = jobsOf(schema, await findPgCron(connection, { schema, verb: "schedule" }));
    await connection.query(
      `select cron.schedule(j.name, j.schedule, j.command)
       from unnest($1::text[], $2::text[], $3::text[]) j (name, schedule, command)`,
      [
        jobs.map(({ name }) => name),
        jobs.map(({ schedule }) => schedule),
        jobs.map(({ command }) => command),
      ],
    );
    return jobs;
  });
}
