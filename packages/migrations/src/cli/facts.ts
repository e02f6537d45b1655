import { AnalyticsClient } from "@headcount/core";
import { Option } from "commander";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { count, seconds, throttled } from "./progress-lines.ts";

interface FactsFlags {
  ownHosts?: string[];
}

export const facts: Verb = defineVerb<FactsFlags>({
  name: "facts",
  summary: "record of earlier page views where they came from, by their referrers",
  options: [new Option("--own-hosts <hosts...>", "hosts of yours, whose referrers are internal")],
  run: runFacts,
});

async function runFacts(
  { options, signal, print, json, ...context }: VerbContext,
  { ownHosts }: FactsFlags,
): Promise<ExitCode> {
  const { pool, schema } = options;
  const note = throttled(context.note);
  const recorded = await new AnalyticsClient({
    pool,
    schema,
    collection: { ownHosts },
  }).recordSources({
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
