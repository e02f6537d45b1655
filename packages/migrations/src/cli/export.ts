import { AnalyticsClient } from "@headcount/core";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { type PersonFlags, personOf, personOptions } from "./person-flags.ts";

export const exportVerb: Verb = defineVerb<PersonFlags>({
  name: "export",
  summary: "print all that is stored about somebody, as lines of JSON",
  options: personOptions,
  run: runExport,
});

async function runExport(
  { options, signal, print }: VerbContext,
  flags: PersonFlags,
): Promise<ExitCode> {
  const { pool, schema } = options;
  const analytics = new AnalyticsClient({ pool, schema });
  const { linked } = flags;
  for await (const record of analytics.exportPerson(personOf(flags), { linked, signal })) {
    print(JSON.stringify(record));
  }
  return exitCode.ok;
}
