import { scheduleFolding } from "../scheduling/schedule-folding.ts";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";

export const schedule: Verb = defineVerb({
  name: "schedule",
  summary: "let pg_cron fold in this database",
  run: runSchedule,
});

async function runSchedule({ options, print, json }: VerbContext): Promise<ExitCode> {
  const jobs = await scheduleFolding(options);
  const lines = jobs.map(({ name, schedule: when }) => `Scheduled ${name}: ${when}`);
  for (const line of json ? [JSON.stringify({ jobs })] : lines) print(line);
  return exitCode.ok;
}
