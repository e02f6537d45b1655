import { AnalyticsClient, type RecordFactsOptions } from "@headcount/core";
import { Option } from "commander";
import { addColumn, defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { count, seconds, throttled } from "./progress-lines.ts";

interface FactsFlags {
  ownHosts?: string[];
  column?: RecordFactsOptions["columns"];
}

export const facts: Verb = defineVerb<FactsFlags>({
  name: "facts",
  summary: "record of page views where they came from, by their referrers and columns of yours",
  options: [
    new Option("--own-hosts <hosts...>", "hosts of yours, whose referrers are internal"),
    new Option(
      "--column <fact=yours>",
      "a column that says more, as utm_campaign=campaign; may be repeated",
    ).argParser(addColumn),
  ],
  run: runFacts,
});

async function runFacts(
  { options, signal, print, json, ...context }: VerbContext,
  { ownHosts, column }: FactsFlags,
): Promise<ExitCode> {
  const { pool, schema } = options;
  const note = throttled(context.note);
  const recorded = await new AnalyticsClient({
    pool,
    schema,
    collection: { ownHosts },
  }).recordFacts({
    columns: column,
    signal,
    onProgress: ({ recorded_page_views, share, elapsed_ms }) =>
      note(
        `  ${count(recorded_page_views)} page views, ${Math.floor(100 * share)} %, ${seconds(elapsed_ms)} s`,
      ),
  });
  const { recorded_page_views, duration_ms } = recorded;
  print(
    json
      ? JSON.stringify(recorded)
      : `Recorded of ${count(recorded_page_views)} page views where they came from, ${seconds(duration_ms)} s.`,
  );
  return exitCode.ok;
}
