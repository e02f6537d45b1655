import { Option } from "commander";
import { libraryVersion } from "../generated/library-version.ts";
import { migrate } from "../migrate.ts";
import { checkSchema } from "./check-schema.ts";
import { defineVerb, installationOptions, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { runPlan } from "./plan.ts";
import { progressLines } from "./progress-lines.ts";

interface UpFlags {
  dryRun?: true;
}

export const up: Verb = defineVerb<UpFlags>({
  name: "up",
  summary: "install Headcount, or bring it up to date",
  options: [
    ...installationOptions,
    new Option("--dry-run", "say what it would do, and write nothing: the same as plan"),
  ],
  run: (context, { dryRun }) => (dryRun ? runPlan(context) : runUp(context)),
});

async function runUp({ options, signal, note, print, json }: VerbContext): Promise<ExitCode> {
  await checkSchema(options);
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
