import type { Entity } from "../contract/entity.ts";
import { checkId } from "../database/check-id.ts";
import type { Installation } from "../database/installation.ts";

interface EntityToCheck extends Entity {
  installation: Installation;
}

/**
 * The entity with its id as the database writes it.
 *
 * @throws {AnalyticsError} `invalid_input` when the id is not of the type that this installation has
 */
export function checkEntity({ entity_type, entity_id, installation }: EntityToCheck): Entity {
  if (entity_id === null) return { entity_type, entity_id };
  const id = checkId({ field: "entity_id", id: entity_id, type: installation.entity_id_type });
  return { entity_type, entity_id: id };
}
