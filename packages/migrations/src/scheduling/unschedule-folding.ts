import type { InstallationOptions } from "../migration-options.ts";
import { parseTarget } from "../parse-target.ts";
import { withPoolClient } from "../session/with-pool-client.ts";
import { findPgCron } from "./find-pg-cron.ts";
import { jobNames } from "./jobs.ts";

/**
 * Takes our jobs out of pg_cron, those that this role has scheduled; says which there were.
 *
 * @throws {MigrationError} `pg_cron_missing` or `missing_privilege`
 * @example
 * await unscheduleFolding({ pool }); //=> ["headcount_fold_headcount", "headcount_forget_runs_headcount"]
 */
export async function unscheduleFolding(options: InstallationOptions): Promise<string[]> {
  const { schema } = parseTarget(options);
  return withPoolClient(options.pool, async (connection) => {
    await findPgCron(connection, { schema, verb: "unschedule" });
    const removed = await connection.query<{ name: string }>(
      `select j.jobname::text as name, cron.unschedule(j.jobid)
       from cron.job j
       where j.jobname = any ($1::text[]) and j.username = current_user and j.database = current_database()`,
      [Object.values(jobNames(schema))],
    );
    return removed.map(({ name }) => name).toSorted();
  });
}
