import type { Entity } from "../contract/entity.ts";
import { checkEntity } from "../database/check-entity.ts";
import type { Installation } from "../database/installation.ts";
import { AnalyticsError } from "../errors.ts";

interface EntitiesToCheck {
  entities: readonly Entity[];
  installation: Pick<Installation, "entity_id_type">;
}

/**
 * The entities with their ids as the database writes them.
 *
 * @throws {AnalyticsError} `invalid_input` when an id is not of the type that this installation has, or one comes twice
 */
export function checkEntities({ entities, installation }: EntitiesToCheck): Entity[] {
  const seen = new Set<string>();
  return entities.map((entity) => {
    const checked = checkEntity({ ...entity, installation });
    const key = JSON.stringify([checked.entity_type, checked.entity_id]);
    if (seen.has(key)) {
      throw new AnalyticsError(
        "invalid_input",
        `entities has ${checked.entity_type} ${checked.entity_id ?? "null"} twice: give each once.`,
        { field: "entities" },
      );
    }
    seen.add(key);
    return checked;
  });
}
