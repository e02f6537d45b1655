import type { ClientBase } from "pg";
import type { EntityQuestion } from "../oracle/entity-question.ts";
import type { Level } from "./history.ts";
import { idOf } from "./id-of.ts";
import { type Installation, ownerIdOf } from "./installation.ts";

/** The same question of an owner, of the entity's type or of the site; null where that is not counted. */
export async function askOfGroup(
  client: ClientBase,
  installation: Installation,
  { level, owner, ...question }: EntityQuestion & { level: Level; owner: number },
): Promise<EntityQuestion | null> {
  const { rows } = await client.query<{ owner: string | null }>(
    `select owner_entity($1::${ownerIdOf(installation)})::text as owner from analytics_settings where $2 = any (levels)`,
    [idOf(ownerIdOf(installation), owner), level],
  );
  const [counted] = rows;
  if (counted === undefined) return null;
  if (level === "type") {
    const { entity_type } = question;
    const subject = { level, entity_type };
    return { ...question, entity_type: `headcount:type:${entity_type}`, entity_id: null, subject };
  }
  if (level === "site") {
    return { ...question, entity_type: "headcount:site", entity_id: null, subject: { level } };
  }
  const subject = { level, owner_id: idOf(ownerIdOf(installation), owner) ?? "" };
  return counted.owner === null
    ? null
    : { ...question, entity_type: "headcount:owner", entity_id: counted.owner, subject };
}
