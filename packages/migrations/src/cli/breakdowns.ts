import { AnalyticsClient } from "@headcount/core";
import { Argument, Option } from "commander";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { count, seconds, throttled } from "./progress-lines.ts";

interface BreakdownsFlags {
  action: "add" | "remove";
  entityType: string;
  /** Undefined for pages without an entity. */
  entityId?: string;
}

export const breakdowns: Verb = defineVerb<BreakdownsFlags>({
  name: "breakdowns",
  summary: "keep the breakdowns of a much viewed entity, or no longer",
  operands: [new Argument("<action>", "what to do").choices(["add", "remove"])],
  options: [
    new Option("--entity-type <type>", "what it is, as listing").makeOptionMandatory(),
    new Option("--entity-id <id>", "which one; without it, pages of this type without an entity"),
  ],
  run: (context, flags) =>
    flags.action === "add" ? runAdd(context, flags) : runRemove(context, flags),
});

async function runAdd(
  { options, signal, print, json, ...context }: VerbContext,
  flags: BreakdownsFlags,
): Promise<ExitCode> {
  const { pool, schema } = options;
  const note = throttled(context.note);
  const result = await new AnalyticsClient({ pool, schema }).addBreakdowns(entityOf(flags), {
    signal,
    onProgress: ({ counted_dates, dates, elapsed_ms }) =>
      note(`  ${count(counted_dates)} of ${count(dates)} dates, ${seconds(elapsed_ms)} s`),
  });
  const { added, counted_dates, duration_ms } = result;
  print(
    json
      ? JSON.stringify(result)
      : `${added ? "Keeps" : "Kept already:"} the breakdowns of ${nameOf(flags)}. Counted ${count(counted_dates)} dates, ${seconds(duration_ms)} s.`,
  );
  return exitCode.ok;
}

async function runRemove(
  { options, signal, print, json }: VerbContext,
  flags: BreakdownsFlags,
): Promise<ExitCode> {
  const { pool, schema } = options;
  const result = await new AnalyticsClient({ pool, schema }).removeBreakdowns(entityOf(flags), {
    signal,
  });
  print(
    json
      ? JSON.stringify(result)
      : result.removed
        ? `Keeps the breakdowns of ${nameOf(flags)} no longer, ${seconds(result.duration_ms)} s.`
        : `The breakdowns of ${nameOf(flags)} are not kept.`,
  );
  return exitCode.ok;
}

function entityOf({ entityType, entityId }: BreakdownsFlags): {
  entity_type: string;
  entity_id: string | null;
} {
  return { entity_type: entityType, entity_id: entityId ?? null };
}

function nameOf({ entityType, entityId }: BreakdownsFlags): string {
  return [entityType, entityId].join(" ").trimEnd();
}
