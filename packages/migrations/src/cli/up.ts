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
  const { applied, already_applied, schema_version } = result;
  print(
    applied.length === 0
      ? `Nothing to do: the schema is at version ${schema_version}.`
      : `The schema is at version ${schema_version}: ${applied.length} applied now, ${already_applied} before.`,
  );
  return exitCode.ok;
}
