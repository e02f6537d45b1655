import { quoteIdentifier, quoteLiteral } from "../sql-text/quote.ts";

/** A job of pg_cron. */
export interface ScheduledJob {
  name: string;
  schedule: string;
  command: string;
}

/** The names of our jobs: a job is known by its name and whose it is. */
export function jobNames(schema: string): { fold: string; forget: string } {
  return { fold: `headcount_fold_${schema}`, forget: `headcount_forget_runs_${schema}` };
}

/** What is to run: folding, and once a day taking the runs of these jobs off the list that pg_cron keeps of them. */
export function jobsOf(schema: string, pgCronVersion: string): ScheduledJob[] {
  const { fold, forget } = jobNames(schema);
  return [
    {
      name: fold,
      schedule: knowsSeconds(pgCronVersion) ? "5 seconds" : "* * * * *",
      command: `CALL ${quoteIdentifier(schema)}.fold_pending_changes()`,
    },
    {
      name: forget,
      schedule: "17 3 * * *",
      // Operators by their full names: the job runs with whatever search_path its owner has.
      command: `DELETE FROM cron.job_run_details d USING cron.job j
WHERE j.jobid OPERATOR(pg_catalog.=) d.jobid
  AND (j.jobname OPERATOR(pg_catalog.=) ${quoteLiteral(fold)}::pg_catalog.text OR j.jobname OPERATOR(pg_catalog.=) ${quoteLiteral(forget)}::pg_catalog.text)
  AND d.end_time OPERATOR(pg_catalog.<) (pg_catalog.now() OPERATOR(pg_catalog.-) '1 day'::pg_catalog.interval)`,
    },
  ];
}

// From pg_cron 1.5 on a schedule may be in seconds.
function knowsSeconds(version: string): boolean {
  const [major = 0, minor = 0] = version.split(/\D/).map(Number);
  return major > 1 || (major === 1 && minor >= 5);
}
