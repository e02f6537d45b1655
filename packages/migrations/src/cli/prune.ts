import { AnalyticsClient, type PrunedRaw, type PruneProgress } from "@headcount/core";
import { Option } from "commander";
import { confirmed } from "./confirmed.ts";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { numberIn } from "./number-in.ts";
import { count, seconds, share, throttled } from "./progress-lines.ts";

interface PruneFlags {
  keepDays: number;
  rowsPerSecond?: number;
  dryRun?: true;
  yes?: true;
}

export const prune: Verb = defineVerb<PruneFlags>({
  name: "prune",
  summary: "delete page views of old months; every number stays",
  options: [
    new Option(
      "--keep-days <number>",
      "keep page views of so many days, and of the whole month before",
    )
      .argParser(numberIn)
      .makeOptionMandatory(),
    new Option("--rows-per-second <number>", "delete so many in a second at most").argParser(
      numberIn,
    ),
    new Option("--dry-run", "say what it would delete and free, and write nothing"),
    new Option("--yes", "do not ask"),
  ],
  run: runPrune,
});

async function runPrune(
  { options, signal, print, json, ...context }: VerbContext,
  { keepDays, rowsPerSecond, dryRun, yes }: PruneFlags,
): Promise<ExitCode> {
  const { pool, schema } = options;
  const note = throttled(context.note);
  const analytics = new AnalyticsClient({ pool, schema });
  const call = { keepDays, rowsPerSecond, signal };
  if (dryRun || !yes) {
    const planned = await analytics.pruneRaw({ ...call, dryRun: true });
    if (dryRun) {
      print(json ? JSON.stringify(planned) : planSentence(planned, "Would delete"));
      return exitCode.ok;
    }
    const question = {
      planned: planSentence(planned, "This deletes"),
      verb: "prune",
      refused: "Nothing was deleted.",
    };
    if (!(await confirmed(context, question))) return exitCode.failed;
  }
  const pruned = await analytics.pruneRaw({
    ...call,
    onProgress: (progress) => note(progressLine(progress)),
  });
  const { pruned_views, sealed_before, duration_ms } = pruned;
  print(
    json
      ? JSON.stringify(pruned)
      : `Deleted ${count(pruned_views)} page views from before ${sealed_before}, ${seconds(duration_ms)} s. They stay counted; VACUUM gives their room to new ones.`,
  );
  return exitCode.ok;
}

function progressLine({
  pruned_views,
  prunable_views,
  elapsed_ms,
  remaining_ms,
}: PruneProgress): string {
  const left = remaining_ms === null ? "" : `, ${seconds(remaining_ms)} s left`;
  return `  ${count(pruned_views)} page views${share(pruned_views, prunable_views)}, ${seconds(elapsed_ms)} s${left}`;
}

function planSentence(
  { pruned_views, sealed_before, page_view_bytes, freed_bytes, rollup_bytes }: PrunedRaw,
  did: string,
): string {
  const before = page_view_bytes + rollup_bytes;
  const percent = before === 0 ? 100 : Math.round((100 * (before - freed_bytes)) / before);
  return `${did} ${count(pruned_views)} page views from before ${sealed_before}, and frees about ${megabytes(freed_bytes)} of ${megabytes(before)} that page views and rollups have together: ${percent} % stay. Every number stays.`;
}

function megabytes(bytes: number): string {
  return `${count(Math.round(bytes / 1_000_000))} MB`;
}
