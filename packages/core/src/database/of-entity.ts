import { type RawBuilder, sql } from "kysely";
import type { Entity } from "../contract/entity.ts";

/** Is this row about the entity? Written so that the index serves pages without an entity as well. */
export function ofEntity(alias: string, { entity_type, entity_id }: Entity): RawBuilder<boolean> {
  const type = sql.ref(`${alias}.entity_type`);
  const id = sql.ref(`${alias}.entity_id`);
  return entity_id === null
    ? sql`${type} = ${entity_type} and ${id} is null`
    : sql`${type} = ${entity_type} and ${id} = ${entity_id}`;
}
