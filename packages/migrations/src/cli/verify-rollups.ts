import { defaultSchema } from "../default-schema.ts";
import { schemaOption } from "../inspection/schema-option.ts";
import { type VerifiedRollups, verifyRollups } from "../maintenance/verify-rollups.ts";
import { withInstallation } from "../maintenance/with-installation.ts";
import { type CliContext, type ExitCode, exitCode } from "./cli-command.ts";
import { count, seconds, throttled } from "./progress-lines.ts";

export async function verifyRollupsVerb(context: CliContext): Promise<ExitCode> {
  const { options, signal, sample, seed, print, json } = context;
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
