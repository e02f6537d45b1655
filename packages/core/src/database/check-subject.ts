import type { Entity } from "../contract/entity.ts";
import type { SubjectFields, SubjectResult } from "../contract/subject.ts";
import { checkEntity } from "./check-entity.ts";
import { checkId } from "./check-id.ts";
import { checkLevelKept } from "./check-level-kept.ts";
import type { Connection } from "./connect.ts";
import { ownerEntityId } from "./owner-entity-id.ts";

interface SubjectToCheck extends SubjectFields {
  connection: Connection;
  signal?: AbortSignal | undefined;
}

interface CheckedSubject {
  /** Whose rollups hold it: a wider level is kept as an entity of a type of ours. */
  entity: Entity;
  /** How an answer names it. */
  subject: SubjectResult;
}

/**
 * What a question is about, as the database knows it.
 *
 * @throws {AnalyticsError} `level_not_kept` when this installation does not count that level, `level_not_ready` while it is being added,
 * `invalid_input` when an id is not of its type
 */
export async function checkSubject({
  connection,
  signal,
  ...asked
}: SubjectToCheck): Promise<CheckedSubject> {
  const { level = "entity", entity_type = "", entity_id = null, owner_id = "" } = asked;
  const installation = await connection.installation({ signal });
  if (level === "entity") {
    const entity = checkEntity({ entity_type, entity_id, installation });
    return { entity, subject: { level, ...entity, owner_id: null } };
  }
  if (level === "owner") {
    const id = checkId({ field: "owner_id", id: owner_id, type: installation.owner_id_type });
    await checkLevelKept({ connection, level, signal });
    return {
      entity: {
        entity_type: "headcount:owner",
        entity_id: ownerEntityId({ owner_id: id, installation }),
      },
      subject: { level, entity_type: null, entity_id: null, owner_id: id },
    };
  }
  await checkLevelKept({ connection, level, signal });
  const type = level === "type" ? entity_type : null;
  return {
    entity: {
      entity_type: type === null ? "headcount:site" : `headcount:type:${type}`,
      entity_id: null,
    },
    subject: { level, entity_type: type, entity_id: null, owner_id: null },
  };
}
