import { AnalyticsClient, type RebuildQuery } from "@headcount/core";
import { Option } from "commander";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { numberIn } from "./number-in.ts";
import { count, seconds, share, throttled } from "./progress-lines.ts";
import { UsageError } from "./usage-error.ts";

interface AggregateFlags {
  jobs?: number;
  from?: string;
  to?: string;
}

export const aggregate: Verb = defineVerb<AggregateFlags>({
  name: "aggregate",
  summary: "fold until nothing is pending; with --from and --to rebuild those dates",
  options: [
    new Option("--jobs <number>", "how many connections fold at the same time, 1 to 8 (default: 1)")
      .argParser(numberIn)
      .conflicts(["from", "to"]),
    new Option("--from <date>", "rebuild from raw page views, from this date on"),
    new Option("--to <date>", "until this date, included"),
  ],
  run: runAggregate,
});

async function runAggregate(context: VerbContext, flags: AggregateFlags): Promise<ExitCode> {
  const { from, to, jobs } = flags;
  if (from === undefined && to === undefined) return fold(context, jobs);
  if (from === undefined || to === undefined) {
    throw new UsageError("A rebuild needs both --from and --to: give two dates, both included.");
  }
  return rebuild(context, { date_from: from, date_to: to });
}

async function fold(context: VerbContext, jobs: number | undefined): Promise<ExitCode> {
  const { options, signal, print, json } = context;
  const { pool, schema } = options;
  const note = throttled(context.note);
  const folded = await new AnalyticsClient({ pool, schema }).aggregate({
    concurrency: jobs,
    signal,
    onProgress: ({ folded_changes, elapsed_ms }) =>
      note(`  ${count(folded_changes)} changes, ${seconds(elapsed_ms)} s`),
  });
  const { folded_changes, batches, duration_ms } = folded;
  print(
    json
      ? JSON.stringify(folded)
      : `Folded ${count(folded_changes)} changes in ${count(batches)} batches, ${seconds(duration_ms)} s.`,
  );
  return exitCode.ok;
}

async function rebuild(context: VerbContext, range: RebuildQuery): Promise<ExitCode> {
  const { options, signal, print, json } = context;
  const { pool, schema } = options;
  const note = throttled(context.note);
  const rebuilt = await new AnalyticsClient({ pool, schema }).aggregate({
    ...range,
    signal,
    onProgress: ({ phase, page_views, estimated_page_views, elapsed_ms }) =>
      note(
        `  ${phase === "sessions" ? "the sessions of " : ""}${count(page_views)} page views${share(page_views, estimated_page_views)}, ${seconds(elapsed_ms)} s`,
      ),
  });
  const { rebuilt_page_views, steps, duration_ms } = rebuilt;
  print(
    json
      ? JSON.stringify(rebuilt)
      : `Rebuilt ${range.date_from} to ${range.date_to} from ${count(rebuilt_page_views)} page views in ${count(steps)} steps, ${seconds(duration_ms)} s.`,
  );
  return exitCode.ok;
}
