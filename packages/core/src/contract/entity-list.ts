import * as z from "zod/mini";
import { type EntityQuery, entityFields } from "./entity.ts";

const maxEntities = 200;
const rule = `give 1 to ${maxEntities} entities`;

/** Several entities, for questions that are asked of each of them. */
export const entityList = z
  .array(z.strictObject(entityFields), { error: rule })
  .check(z.minLength(1, { error: rule }), z.maxLength(maxEntities, { error: rule }));

/** The entities that a question is asked of, each for itself. */
export interface EntityListQuery {
  /** 1 to 200 of them, each once; answers are in their order. */
  entities: EntityQuery[];
}

/**
 * The entities that a query string has as `entity_type` and `entity_ids`, a list with commas. What has neither stays as
 * it is.
 */
export function readEntityList(fields: unknown): unknown {
  if (typeof fields !== "object" || fields === null || !("entity_ids" in fields)) return fields;
  const { entity_ids, ...rest } = fields;
  if (typeof entity_ids !== "string") return fields;
  const { entity_type, ...others } = rest as { entity_type?: unknown };
  const entities = entity_ids.split(",").map((entity_id) => ({ entity_type, entity_id }));
  return { ...others, entities };
}
