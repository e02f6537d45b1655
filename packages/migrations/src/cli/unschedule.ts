import { unscheduleFolding } from "../scheduling/unschedule-folding.ts";
import { type CliContext, type ExitCode, exitCode } from "./cli-command.ts";

export async function unschedule({ options, print, json }: CliContext): Promise<ExitCode> {
  const removed = await unscheduleFolding(options);
  const lines =
    removed.length === 0 ? ["Nothing to do."] : removed.map((name) => `Unscheduled ${name}`);
  for (const line of json ? [JSON.stringify({ removed })] : lines) print(line);
  return exitCode.ok;
}
