import { type RawBuilder, sql } from "kysely";
import type { Connection } from "../database/connect.ts";

/** Of which entities were changes set aside? JSON, so that no type parser of the host has a say. */
export function setAsideEntities({ schema }: Pick<Connection, "schema">): RawBuilder<string> {
  return sql<string>`(
    select coalesce(
      json_agg(json_build_object(
        'entity_type', e.entity_type, 'entity_id', e.entity_id::text, 'changes', e.changes, 'reason', e.reason
      )), '[]'
    )::text
    from ${sql.id(schema, "set_aside_entities")}() e
  )`;
}
