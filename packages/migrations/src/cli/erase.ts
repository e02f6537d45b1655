import { AnalyticsClient, type ErasedPerson } from "@headcount/core";
import { Option } from "commander";
import { confirmed } from "./confirmed.ts";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { type PersonFlags, personOf, personOptions } from "./person-flags.ts";
import { count, seconds } from "./progress-lines.ts";

interface EraseFlags extends PersonFlags {
  keepCounts?: true;
  actor?: string;
  dryRun?: true;
  yes?: true;
}

export const erase: Verb = defineVerb<EraseFlags>({
  name: "erase",
  summary: "erase somebody; numbers go down and stay exact",
  options: [
    ...personOptions,
    new Option("--keep-counts", "keep the numbers, of visitors who are nobody"),
    new Option("--actor <name>", "who asked for it, for the audit"),
    new Option("--dry-run", "say what it would erase, and write nothing"),
    new Option("--yes", "do not ask"),
  ],
  run: runErase,
});

async function runErase(context: VerbContext, flags: EraseFlags): Promise<ExitCode> {
  const { options, signal, json, print } = context;
  const { schema, pool } = options;
  const { keepCounts, actor, linked } = flags;
  const analytics = new AnalyticsClient({ pool, schema });
  const person = personOf(flags);
  const call = { keepCounts, actor, linked, signal };
  const planned = await analytics.erasePerson(person, { ...call, dryRun: true });
  if (flags.dryRun) return answer(planned, "Would erase", "would stay");
  const question = {
    planned: sentence(planned, "This erases", "stay"),
    verb: "erase",
    refused: "Nothing was erased.",
  };
  if (!flags.yes && !(await confirmed(context, question))) return exitCode.failed;
  return answer(await analytics.erasePerson(person, call), "Erased", "stay");

  function answer(result: ErasedPerson, did: string, stay: string): ExitCode {
    const { receipt, duration_ms } = result;
    const done = receipt === null ? "" : ` Receipt ${receipt}, ${seconds(duration_ms)} s.`;
    print(json ? JSON.stringify(result) : `${sentence(result, did, stay)}${done}`);
    return exitCode.ok;
  }
}

function sentence(
  { erased_views, anonymised_views, entities, sessions }: ErasedPerson,
  did: string,
  stay: string,
): string {
  const anonymous =
    anonymised_views === 0
      ? ""
      : ` ${count(anonymised_views)} views ${stay} counted, of nobody who is known.`;
  return `${did} ${count(erased_views)} page views, of ${count(entities)} entities in ${count(sessions)} sessions.${anonymous}`;
}
