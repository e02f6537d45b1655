import { AnalyticsClient, type KeptLevel } from "@headcount/core";
import { Argument } from "commander";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { count, seconds, throttled } from "./progress-lines.ts";

interface LevelsOperands {
  action: "add" | "remove";
  level: KeptLevel;
}

export const levels: Verb = defineVerb<LevelsOperands>({
  name: "levels",
  summary: "count an owner's, a type's or the site's visitors as well, or no longer",
  operands: [
    new Argument("<action>", "what to do").choices(["add", "remove"]),
    new Argument("<level>", "what is counted").choices(["owner", "type", "site"]),
  ],
  run: (context, { action, level }) =>
    action === "add" ? runAdd(context, level) : runRemove(context, level),
});

async function runAdd(
  { options, signal, print, json, ...context }: VerbContext,
  level: KeptLevel,
): Promise<ExitCode> {
  const { pool, schema } = options;
  const note = throttled(context.note);
  const added = await new AnalyticsClient({ pool, schema }).addLevel(level, {
    signal,
    onProgress: ({ phase, page_views, elapsed_ms }) =>
      note(
        `  ${phase === "sessions" ? "the sessions of " : ""}${count(page_views)} page views, ${seconds(elapsed_ms)} s`,
      ),
  });
  const { read_page_views, steps, duration_ms } = added;
  print(
    json
      ? JSON.stringify(added)
      : steps === 0
        ? `The level ${level} is counted already.`
        : `Added the level ${level} from ${count(read_page_views)} page views in ${count(steps)} steps, ${seconds(duration_ms)} s.`,
  );
  return exitCode.ok;
}

async function runRemove(
  { options, signal, print, json }: VerbContext,
  level: KeptLevel,
): Promise<ExitCode> {
  const { pool, schema } = options;
  const removed = await new AnalyticsClient({ pool, schema }).removeLevel(level, { signal });
  const { steps, duration_ms } = removed;
  print(
    json
      ? JSON.stringify(removed)
      : steps === 0
        ? `The level ${level} is not counted.`
        : `Removed the level ${level} in ${count(steps)} steps, ${seconds(duration_ms)} s.`,
  );
  return exitCode.ok;
}
