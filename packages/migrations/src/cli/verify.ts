import { AnalyticsClient, type Verification } from "@headcount/core";
import { Option } from "commander";
import { schemaOption } from "../advice/up-command.ts";
import { defaultSchema } from "../default-schema.ts";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { numberIn } from "./number-in.ts";
import { count, seconds, share, throttled } from "./progress-lines.ts";
import { setAsideLines } from "./set-aside-lines.ts";

interface VerifyFlags {
  sample?: number;
  seed?: number;
}

export const verify: Verb = defineVerb<VerifyFlags>({
  name: "verify",
  summary: "compare the rollups with raw page views",
  options: [
    new Option(
      "--sample <number>",
      "only a share of the entities below 1, or so many of them",
    ).argParser(numberIn),
    new Option("--seed <number>", "compare the same sample again").argParser(numberIn),
  ],
  run: runVerify,
});

async function runVerify(context: VerbContext, { sample, seed }: VerifyFlags): Promise<ExitCode> {
  const { options, signal, print, json } = context;
  const { pool, schema = defaultSchema } = options;
  const note = throttled(context.note);
  const found = await new AnalyticsClient({ pool, schema }).verify({
    sample,
    seed,
    signal,
    onProgress: ({ page_views, estimated_page_views, differences, elapsed_ms }) =>
      note(
        `  ${count(page_views)} page views${share(page_views, estimated_page_views)}, ${count(differences)} differences, ${seconds(elapsed_ms)} s`,
      ),
  });
  for (const line of json ? [JSON.stringify(found)] : lines(found, schema)) print(line);
  return found.differences === 0 ? exitCode.ok : exitCode.faults;
}

function lines(found: Verification, schema: string): string[] {
  const { page_views, entities, differences, listed, rebuild_range, seed, duration_ms } = found;
  const sampled = seed === null ? "" : ` (a sample: --seed ${seed} repeats it)`;
  const compared = `Compared ${count(page_views)} page views of ${count(entities)} entities${sampled} in ${seconds(duration_ms)} s`;
  const setAside = setAsideLines(found, schema);
  if (differences === 0) return [`${compared}: the rollups are exact.`, ...setAside];
  const more = differences - listed.length;
  return [
    `${compared}: ${count(differences)} rows differ.`,
    ...listed.map(({ rollup, entity_type, entity_id, key, stored, expected }) =>
      [
        `  ${rollup}${entity_type === "" ? "" : ` of ${entity_type} ${entity_id ?? "(no entity)"}`}, ${JSON.stringify(key)}:`,
        `stored ${stored === null ? "nothing" : JSON.stringify(stored)},`,
        `expected ${expected === null ? "nothing" : JSON.stringify(expected)}`,
      ].join(" "),
    ),
    ...(more > 0 ? [`  and ${count(more)} more`] : []),
    rebuild_range === null
      ? "What is sealed cannot be read in again: restore it from a backup."
      : `To fix it: npx @headcount/migrations rebuild --date-from ${rebuild_range.date_from} --date-to ${rebuild_range.date_to}${schemaOption(schema)}`,
    ...setAside,
  ];
}
