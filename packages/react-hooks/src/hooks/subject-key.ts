import type { SubjectFields } from "../queries/normalize-query.ts";

/** What a question is about, as a text: two questions about the same have the same. */
export function subjectKey({ level, entity_type, entity_id, owner_id }: SubjectFields): string {
  return JSON.stringify([level, entity_type, entity_id, owner_id]);
}
