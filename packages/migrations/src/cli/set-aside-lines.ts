import type { SetAsideEntity } from "@headcount/core";
import { schemaOption } from "../advice/up-command.ts";
import { count } from "./progress-lines.ts";

interface SetAside {
  set_aside_changes: number;
  set_aside_entities: readonly SetAsideEntity[];
}

const maxListed = 10;

/** What was set aside, of which entities, and the command that puts it right. */
export function setAsideLines(
  { set_aside_changes, set_aside_entities }: SetAside,
  schema: string,
): string[] {
  if (set_aside_changes === 0) return [];
  const more = set_aside_entities.length - maxListed;
  return [
    `Changes set aside, because they cannot be applied: ${count(set_aside_changes)}.`,
    ...set_aside_entities
      .slice(0, maxListed)
      .map(
        ({ entity_type, entity_id, changes, reason }) =>
          `  ${count(changes)} of ${entity_type} ${entity_id ?? "(no entity)"}: ${reason}`,
      ),
    ...(more > 0 ? [`  and those of ${count(more)} more entities`] : []),
    `To repair them: npx @headcount/migrations repair${schemaOption(schema)}`,
  ];
}
