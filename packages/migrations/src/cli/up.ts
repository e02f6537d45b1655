import { libraryVersion } from "../generated/library-version.ts";
import { migrate } from "../migrate.ts";
import { type CliContext, type ExitCode, exitCode } from "./cli-command.ts";
import { plan } from "./plan.ts";
import { progressLines } from "./progress-lines.ts";

export async function up(context: CliContext): Promise<ExitCode> {
  if (context.dryRun) return plan(context);
  const { options, signal, note, print, json } = context;
  const result = await migrate({ ...options, signal, onProgress: progressLines(note) });
  if (json) {
    print(JSON.stringify(result));
    return exitCode.ok;
  }
  print(
    `${result.applied.length === 0 ? "Nothing to do: the" : "The"} schema is up to date with @headcount/migrations ${libraryVersion}.`,
  );
  return exitCode.ok;
}
