import { AnalyticsClient } from "@headcount/core";
import { Option } from "commander";
import { confirmed } from "./confirmed.ts";
import { defineVerb, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { count, seconds } from "./progress-lines.ts";

interface MoveEntityFlags {
  entityType: string;
  /** Undefined for pages without an entity, as below. */
  entityId?: string;
  newEntityType?: string;
  newEntityId?: string;
  actor?: string;
  dryRun?: true;
  yes?: true;
}

export const moveEntity: Verb = defineVerb<MoveEntityFlags>({
  name: "move-entity",
  summary: "give the page views of one entity to another; visitors of both count once",
  options: [
    new Option("--entity-type <type>", "what it is, as listing").makeOptionMandatory(),
    new Option("--entity-id <id>", "which one; without it, pages of this type without an entity"),
    new Option("--new-entity-type <type>", "what the other one is (default: the same)"),
    new Option(
      "--new-entity-id <id>",
      "which one; without it, pages of that type without an entity",
    ),
    new Option("--actor <name>", "who asked for it, for the audit"),
    new Option("--dry-run", "say what it would move, and write nothing"),
    new Option("--yes", "do not ask"),
  ],
  run: runMoveEntity,
});

async function runMoveEntity(
  context: VerbContext,
  {
    entityType,
    entityId,
    newEntityType = entityType,
    newEntityId,
    actor,
    dryRun,
    yes,
  }: MoveEntityFlags,
): Promise<ExitCode> {
  const { options, signal, json, print } = context;
  const { pool, schema } = options;
  const analytics = new AnalyticsClient({ pool, schema });
  const move = {
    from: { entity_type: entityType, entity_id: entityId ?? null },
    to: { entity_type: newEntityType, entity_id: newEntityId ?? null },
  };
  const name = [entityType, entityId].join(" ").trimEnd();
  const other = [newEntityType, newEntityId].join(" ").trimEnd();
  const call = { actor, signal };
  if (dryRun || !yes) {
    const planned = await analytics.moveEntity(move, { ...call, dryRun: true });
    const views = `${count(planned.moved_views)} page views of ${name} to ${other}.`;
    if (dryRun) {
      print(json ? JSON.stringify(planned) : `Would move ${views}`);
      return exitCode.ok;
    }
    const question = {
      planned: `This moves ${views}`,
      verb: "move",
      refused: "Nothing was moved.",
    };
    if (!(await confirmed(context, question))) return exitCode.failed;
  }
  const moved = await analytics.moveEntity(move, call);
  const { moved_views, receipt, duration_ms } = moved;
  print(
    json
      ? JSON.stringify(moved)
      : `Moved ${count(moved_views)} page views of ${name} to ${other}. Receipt ${receipt}, ${seconds(duration_ms)} s.`,
  );
  return exitCode.ok;
}
