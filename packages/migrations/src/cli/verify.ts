import { Option } from "commander";
import { defaultSchema } from "../default-schema.ts";
import { schemaOption } from "../inspection/schema-option.ts";
import { type VerifiedRollups, verifyRollups } from "../maintenance/verify-rollups.ts";
import { withInstallation } from "../maintenance/with-installation.ts";
import { defineVerb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { count, seconds, throttled } from "./progress-lines.ts";
import { UsageError } from "./usage-error.ts";

interface VerifyFlags {
  sample?: number;
  seed?: number;
}

export const verify = defineVerb<VerifyFlags>({
  name: "verify",
  summary: "compare the rollups with raw page views",
  options: [
    new Option(
      "--sample <number>",
      "only a share of the entities below 1, or so many of them",
    ).argParser(parseSample),
    new Option("--seed <number>", "compare the same sample again").argParser(parseSeed),
  ],
  run: runVerify,
});

async function runVerify(context: VerbContext, { sample, seed }: VerifyFlags): Promise<ExitCode> {
  const { options, signal, print, json } = context;
  const note = throttled(context.note);
  const found = await withInstallation({ ...options, signal }, (installation) =>
    verifyRollups({
      ...installation,
      sample,
      seed,
      onProgress: ({ page_views, differences, duration_ms }) =>
        note(
          `  ${count(page_views)} page views, ${count(differences)} differences, ${seconds(duration_ms)} s`,
        ),
    }),
  );
  const { schema = defaultSchema } = options;
  for (const line of json ? [JSON.stringify(found)] : lines(found, schema)) print(line);
  return found.differences === 0 ? exitCode.ok : exitCode.faults;
}

function lines(found: VerifiedRollups, schema: string): string[] {
  const { page_views, entities, differences, listed, mend, seed, duration_ms } = found;
  const sampled = seed === null ? "" : ` (a sample: --seed ${seed} repeats it)`;
  const compared = `Compared ${count(page_views)} page views of ${count(entities)} entities${sampled} in ${seconds(duration_ms)} s`;
  if (mend === null) {
    return [differences === 0 ? `${compared}: the rollups are exact.` : `${compared}.`];
  }
  const more = differences - listed.length;
  return [
    `${compared}: ${count(differences)} rows differ.`,
    ...listed.map(({ rollup, entity_type, entity_id, key, stored, expected }) =>
      [
        `  ${rollup} of ${entity_type} ${entity_id ?? "(no entity)"}, ${JSON.stringify(key)}:`,
        `stored ${stored === null ? "nothing" : JSON.stringify(stored)},`,
        `expected ${expected === null ? "nothing" : JSON.stringify(expected)}`,
      ].join(" "),
    ),
    ...(more > 0 ? [`  and ${count(more)} more`] : []),
    `To mend it: npx @headcount/migrations aggregate --from ${mend.date_from} --to ${mend.date_to}${schemaOption(schema)}`,
  ];
}

function parseSample(text: string): number {
  const sample = Number(text);
  if (sample > 0 && sample < 2 ** 31 && (sample < 1 || Number.isInteger(sample))) return sample;
  throw new UsageError(
    `--sample "${text}" is neither a share above 0 and below 1 nor a whole number of entities.`,
  );
}

function parseSeed(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  throw new UsageError(`--seed "${text}" is not a whole number from 0 to 2147483647.`);
}
