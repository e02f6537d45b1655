import { AnalyticsClient } from "@headcount/core";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { count } from "./progress-lines.ts";

export const repair: Verb = defineVerb({
  name: "repair",
  summary: "read the entities of changes that were set aside in again",
  run: runRepair,
});

async function runRepair({ options, signal, print, json }: VerbContext): Promise<ExitCode> {
  const { pool, schema } = options;
  const repaired = await new AnalyticsClient({ pool, schema }).repair({ signal });
  const { repaired_changes, repaired_entities, read_page_views } = repaired;
  const sentence =
    repaired_changes === 0
      ? "Nothing to do: nothing is set aside."
      : `Repaired ${count(repaired_changes)} changes of ${count(repaired_entities)} ${repaired_entities === 1 ? "entity" : "entities"}: read ${count(read_page_views)} page views in again.`;
  print(json ? JSON.stringify(repaired) : sentence);
  return exitCode.ok;
}
