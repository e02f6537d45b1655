import { scheduleFolding } from "../scheduling/schedule-folding.ts";
import { type CliContext, type ExitCode, exitCode } from "./cli-command.ts";

export async function schedule({ options, print, json }: CliContext): Promise<ExitCode> {
  const jobs = await scheduleFolding(options);
  const lines = jobs.map(({ name, schedule: when }) => `Scheduled ${name}: ${when}`);
  for (const line of json ? [JSON.stringify({ jobs })] : lines) print(line);
  return exitCode.ok;
}
