import { unscheduleFolding } from "../scheduling/unschedule-folding.ts";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";

export const unschedule: Verb = defineVerb({
  name: "unschedule",
  summary: "take the jobs of schedule out again",
  run: runUnschedule,
});

async function runUnschedule({ options, print, json }: VerbContext): Promise<ExitCode> {
  const removed = await unscheduleFolding(options);
  const lines =
    removed.length === 0 ? ["Nothing to do."] : removed.map((name) => `Unscheduled ${name}`);
  for (const line of json ? [JSON.stringify({ removed })] : lines) print(line);
  return exitCode.ok;
}
