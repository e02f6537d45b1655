import { Option } from "commander";
import { type UninstallResult, uninstall } from "../uninstall.ts";
import { checkSchema } from "./check-schema.ts";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { progressLines } from "./progress-lines.ts";
import { UsageError } from "./usage-error.ts";

interface UninstallFlags {
  dryRun?: true;
  yes?: true;
}

export const uninstallVerb: Verb = defineVerb<UninstallFlags>({
  name: "uninstall",
  summary: "take Headcount out again; page views stay",
  options: [
    new Option("--dry-run", "say what it would take out, and write nothing"),
    new Option("--yes", "do not ask"),
  ],
  run: runUninstall,
});

async function runUninstall(context: VerbContext, flags: UninstallFlags): Promise<ExitCode> {
  const { options, signal, note, json, print, confirm } = context;
  const { schema, pool } = options;
  await checkSchema(options);
  const call = { pool, schema, signal, onProgress: progressLines(note) };
  const planned = await uninstall({ ...call, dryRun: true });
  if (flags.dryRun || planned.removed.length === 0) return answer(planned, "Would take out");
  if (!flags.yes) {
    if (confirm === undefined) {
      throw new UsageError("Nobody can be asked here: give --yes to take Headcount out.");
    }
    const question = `Take out ${planned.removed.length} objects of the schema "${planned.schema}"? Page views stay; numbers of page views that are gone do not.`;
    if (!(await confirm(question))) {
      note("Nothing was taken out.");
      return exitCode.failed;
    }
  }
  return answer(await uninstall(call), "Took out");

  function answer(result: UninstallResult, did: string): ExitCode {
    for (const line of json ? [JSON.stringify(result)] : lines(result, did)) print(line);
    return exitCode.ok;
  }
}

function lines(
  { schema, removed, statements, kept_page_views }: UninstallResult,
  did: string,
): string[] {
  if (removed.length === 0) return [`Nothing of Headcount is installed in the schema "${schema}".`];
  return [
    `${did}:`,
    ...(did === "Took out" ? removed : statements).map((line) => `  ${line}`),
    ...(kept_page_views === null ? [] : [`Page views stay in ${kept_page_views}.`]),
  ];
}
