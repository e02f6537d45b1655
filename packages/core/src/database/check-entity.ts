import type { Entity } from "../contract/entity.ts";
import { AnalyticsError } from "../errors.ts";
import { checkId } from "./check-id.ts";
import type { Installation } from "./installation.ts";
import { standsForNoEntity } from "./stands-for-no-entity.ts";

interface EntityToCheck extends Entity {
  installation: Pick<Installation, "entity_id_type">;
}

/**
 * The entity with its id as the database writes it.
 *
 * @throws {AnalyticsError} `invalid_input` when the id is not of the type that this installation has, or stands for none
 */
export function checkEntity({ entity_type, entity_id, installation }: EntityToCheck): Entity {
  if (entity_id === null) return { entity_type, entity_id };
  const type = installation.entity_id_type;
  const id = checkId({ field: "entity_id", id: entity_id, type });
  if (!standsForNoEntity({ type, id })) return { entity_type, entity_id: id };
  throw new AnalyticsError(
    "invalid_input",
    `entity_id is "${id}", which stands for pages without an entity: give null for those.`,
    { field: "entity_id" },
  );
}
