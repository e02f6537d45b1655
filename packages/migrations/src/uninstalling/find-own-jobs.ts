import { jobNames } from "../scheduling/jobs.ts";
import { type Connection, queryOne } from "../session/connection.ts";
import type { OwnObject } from "./find-own-objects.ts";

/** The jobs of pg_cron that this role has scheduled in this database; none where pg_cron is not in it. */
export async function findOwnJobs(connection: Connection, schema: string): Promise<OwnObject[]> {
  const { usable } = await queryOne<{ usable: boolean }>(
    connection,
    `select exists (
       select from pg_extension e join pg_namespace n on n.nspname = 'cron'
       where e.extname = 'pg_cron' and has_schema_privilege(n.oid, 'USAGE')
     ) as usable`,
  );
  if (!usable) return [];
  return connection.query<OwnObject>(
    `select 'job ' || j.jobname as name, format('SELECT cron.unschedule(%s);', j.jobid) as statement
     from cron.job j
     where j.jobname = any ($1::text[]) and j.username = current_user and j.database = current_database()
     order by j.jobname`,
    [Object.values(jobNames(schema))],
  );
}
