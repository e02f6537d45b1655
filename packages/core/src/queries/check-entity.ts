import type { Entity } from "../contract/entity.ts";
import { canonicalId } from "../database/canonical-id.ts";
import type { Installation } from "../database/installation.ts";
import { AnalyticsError } from "../errors.ts";

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
  const type = installation.entity_id_type;
  const id = canonicalId({ type, id: entity_id });
  if (id !== undefined) return { entity_type, entity_id: id };
  throw new AnalyticsError(
    "invalid_input",
    `entity_id is ${JSON.stringify(entity_id)}: give a ${type}, the type of entity ids here.`,
    { field: "entity_id" },
  );
}
