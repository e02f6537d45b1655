import { type RawBuilder, sql } from "kysely";
import type { Entity } from "../../contract/entity.ts";
import type { Installation } from "../../database/installation.ts";
import { noEntity } from "../../database/stands-for-no-entity.ts";
import { idOf } from "./id-types.ts";

interface EntityToPass {
  entity: Entity;
  installation: Pick<Installation, "entity_id_type">;
}

/** An entity as rollups have it, as two arguments of a function. */
export function entityArguments({ entity, installation }: EntityToPass): RawBuilder<unknown> {
  const { entity_id_type: type } = installation;
  return sql`${entity.entity_type}::text, ${entity.entity_id ?? noEntity[type]}::text::${idOf[type]}`;
}
