import {
  AnalyticsClient,
  type DetachedTable,
  type PrunedRaw,
  type PruneProgress,
} from "@headcount/core";
import { Option } from "commander";
import { confirmed } from "./confirmed.ts";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { megabytes } from "./megabytes.ts";
import { numberIn } from "./number-in.ts";
import { count, seconds, share, throttled } from "./progress-lines.ts";
import { UsageError } from "./usage-error.ts";

interface PruneFlags {
  keepDays: number;
  rowsPerSecond?: number;
  dryRun?: true;
  detach?: true;
  detachWaitSeconds?: number;
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
    new Option(
      "--detach",
      "detach partitions of which all page views go: they stay as tables of yours",
    ),
    new Option(
      "--detach-wait-seconds <number>",
      "try for so long to detach a partition while others use page views (default: 60)",
    ).argParser(numberIn),
    new Option("--dry-run", "say what it would delete and free, and write nothing"),
    new Option("--yes", "do not ask"),
  ],
  run: runPrune,
});

async function runPrune(
  { options, signal, print, json, ...context }: VerbContext,
  { keepDays, rowsPerSecond, detach, detachWaitSeconds, dryRun, yes }: PruneFlags,
): Promise<ExitCode> {
  if (detachWaitSeconds !== undefined && !detach) {
    throw new UsageError(
      `--detach-wait-seconds is ${detachWaitSeconds}: leave it out, or give --detach.`,
    );
  }
  const { pool, schema } = options;
  const note = throttled(context.note);
  const analytics = new AnalyticsClient({ pool, schema });
  const call = { keepDays, rowsPerSecond, detach, detachWaitSeconds, signal };
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
  const { pruned_views, sealed_before, detached, duration_ms } = pruned;
  const deleted = pruned_views - detachedViews(detached);
  print(
    json
      ? JSON.stringify(pruned)
      : `Deleted ${count(deleted)} page views from before ${sealed_before}, ${seconds(duration_ms)} s. They stay counted; VACUUM gives their room to new ones.${detachedSentence(detached, "Detached")}`,
  );
  return exitCode.ok;
}

function detachedViews(detached: readonly DetachedTable[]): number {
  return detached.reduce((sum, { page_views }) => sum + page_views, 0);
}

function detachedSentence(detached: readonly DetachedTable[], did: string): string {
  if (detached.length === 0) return "";
  const tables = detached.map(
    ({ table, page_views, bytes }) =>
      `${table} (${count(page_views)} page views, ${megabytes(bytes)})`,
  );
  return ` ${did} ${tables.join(", ")}: keep them or drop them, what they have stays counted.`;
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
  { pruned_views, sealed_before, detached, page_view_bytes, freed_bytes, rollup_bytes }: PrunedRaw,
  did: string,
): string {
  const before = page_view_bytes + rollup_bytes;
  const after = before - freed_bytes;
  const percent = before === 0 ? 100 : Math.round((100 * after) / before);
  const deleted = pruned_views - detachedViews(detached);
  const detaches = did === "Would delete" ? "Would detach" : "It detaches";
  return `${did} ${count(deleted)} page views from before ${sealed_before}.${detachedSentence(detached, detaches)} Page views and rollups weigh ${megabytes(before)} together, and about ${megabytes(after)} after that: ${percent} %. Every number stays.`;
}
