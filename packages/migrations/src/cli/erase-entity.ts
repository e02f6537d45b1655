import { AnalyticsClient } from "@headcount/core";
import { Option } from "commander";
import { confirmed } from "./confirmed.ts";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { count, seconds } from "./progress-lines.ts";

interface EraseEntityFlags {
  entityType: string;
  /** Undefined for pages without an entity. */
  entityId?: string;
  actor?: string;
  dryRun?: true;
  yes?: true;
}

export const eraseEntity: Verb = defineVerb<EraseEntityFlags>({
  name: "erase-entity",
  summary: "erase what was viewed, with its page views and all its numbers",
  options: [
    new Option("--entity-type <type>", "what it is, as listing").makeOptionMandatory(),
    new Option("--entity-id <id>", "which one; without it, pages of this type without an entity"),
    new Option("--actor <name>", "who asked for it, for the audit"),
    new Option("--dry-run", "say what it would erase, and write nothing"),
    new Option("--yes", "do not ask"),
  ],
  run: runEraseEntity,
});

async function runEraseEntity(
  context: VerbContext,
  { entityType, entityId, actor, dryRun, yes }: EraseEntityFlags,
): Promise<ExitCode> {
  const { options, signal, json, print } = context;
  const { pool, schema } = options;
  const analytics = new AnalyticsClient({ pool, schema });
  const entity = { entity_type: entityType, entity_id: entityId ?? null };
  const name = [entityType, entityId].join(" ").trimEnd();
  const call = { actor, signal };
  if (dryRun || !yes) {
    const planned = await analytics.eraseEntity(entity, { ...call, dryRun: true });
    const views = `${count(planned.erased_views)} page views of ${name}.`;
    if (dryRun) {
      print(json ? JSON.stringify(planned) : `Would erase ${views}`);
      return exitCode.ok;
    }
    const question = {
      planned: `This erases ${views}`,
      verb: "erase",
      refused: "Nothing was erased.",
    };
    if (!(await confirmed(context, question))) return exitCode.failed;
  }
  const erased = await analytics.eraseEntity(entity, call);
  const { erased_views, receipt, duration_ms } = erased;
  print(
    json
      ? JSON.stringify(erased)
      : `Erased ${count(erased_views)} page views of ${name}. Receipt ${receipt}, ${seconds(duration_ms)} s.`,
  );
  return exitCode.ok;
}
