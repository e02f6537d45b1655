import { Option } from "commander";
import { libraryVersion } from "../generated/library-version.ts";
import { migrate } from "../migrate.ts";
import type { ProgressListener } from "../migration-progress.ts";
import { planMigrations } from "../plan-migrations.ts";
import { checkSchema } from "./check-schema.ts";
import { defineVerb, installationOptions, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { countNamedAccounts, firstLines } from "./installed-lines.ts";
import { numberIn } from "./number-in.ts";
import { runPlan } from "./plan.ts";
import { count, progressLines } from "./progress-lines.ts";

interface UpFlags {
  concurrency?: number;
  dryRun?: true;
}

export const up: Verb = defineVerb<UpFlags>({
  name: "up",
  summary: "install Headcount, or bring it up to date",
  options: [
    ...installationOptions,
    new Option(
      "--concurrency <number>",
      "how many connections read in what is there already at the same time (default: 1)",
    ).argParser(numberIn),
    new Option("--dry-run", "say what it would do, and write nothing: the same as plan"),
  ],
  run: (context, { dryRun, concurrency }) =>
    dryRun ? runPlan(context) : runUp(context, concurrency),
});

async function runUp(
  { options, signal, note, print, json }: VerbContext,
  concurrency: number | undefined,
): Promise<ExitCode> {
  await checkSchema(options);
  const planned = await planMigrations(options);
  const noteProgress = progressLines(note);
  let read_in = 0;
  const onProgress: ProgressListener = (progress) => {
    if (progress.kind === "history_read" && progress.phase === "entities") {
      read_in = progress.page_views;
    }
    noteProgress(progress);
  };
  const result = await migrate({ ...options, concurrency, signal, onProgress });
  const isFirst = planned.installed_version === null;
  const named_accounts = isFirst ? await countNamedAccounts(options) : null;
  if (json) {
    print(JSON.stringify({ ...result, read_in, named_accounts }));
    return exitCode.ok;
  }
  if (isFirst)
    for (const line of firstLines({ ...planned, read_in, named_accounts: named_accounts ?? 0 }))
      print(line);
  else if (read_in > 0) print(`Read in the other ${count(read_in)} page views.`);
  print(
    `${result.applied.length === 0 ? "Nothing to do: the" : "The"} schema is up to date with @headcount/migrations ${libraryVersion}.`,
  );
  return exitCode.ok;
}
