import { AnalyticsClient } from "@headcount/core";
import { Option } from "commander";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { numberIn } from "./number-in.ts";
import { count, seconds, throttled } from "./progress-lines.ts";

interface AggregateFlags {
  concurrency?: number;
}

export const aggregate: Verb = defineVerb<AggregateFlags>({
  name: "aggregate",
  summary: "fold until nothing is pending",
  options: [
    new Option(
      "--concurrency <number>",
      "how many connections fold at the same time, 1 to 8 (default: 1)",
    ).argParser(numberIn),
  ],
  run: runAggregate,
});

async function runAggregate(
  { options, signal, print, json, ...context }: VerbContext,
  { concurrency }: AggregateFlags,
): Promise<ExitCode> {
  const { pool, schema } = options;
  const note = throttled(context.note);
  const folded = await new AnalyticsClient({ pool, schema }).aggregate({
    concurrency,
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
