import { AnalyticsClient, type RebuildQuery } from "@headcount/core";
import { Option } from "commander";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { count, seconds, share, throttled } from "./progress-lines.ts";

interface RebuildFlags {
  dateFrom: string;
  dateTo: string;
}

export const rebuild: Verb = defineVerb<RebuildFlags>({
  name: "rebuild",
  summary: "read the entities viewed on these dates in again from page views",
  options: [
    new Option("--date-from <date>", "the first date, as 2026-01-31").makeOptionMandatory(),
    new Option("--date-to <date>", "the last date, included").makeOptionMandatory(),
  ],
  run: (context, { dateFrom, dateTo }) =>
    runRebuild(context, { date_from: dateFrom, date_to: dateTo }),
});

async function runRebuild(
  { options, signal, print, json, ...context }: VerbContext,
  range: RebuildQuery,
): Promise<ExitCode> {
  const { pool, schema } = options;
  const note = throttled(context.note);
  const rebuilt = await new AnalyticsClient({ pool, schema }).rebuild(range, {
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
