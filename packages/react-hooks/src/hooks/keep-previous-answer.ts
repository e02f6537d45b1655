import type { AnalyticsKey } from "../queries/analytics-key.ts";

type Subject =
  | { level: string; entity_type?: string | undefined }
  | { entity_type: string; entity_id: string | number | null }
  | { entities: readonly { entity_type: string; entity_id: string | number | null }[] };
type KeyOfSubject = AnalyticsKey<Subject>;

/** Shows the answer before while another one of the same entities or type is fetched; never that of others, or of another scope. */
export function keepPreviousAnswer(key: KeyOfSubject) {
  return <Answer>(
    answer: Answer | undefined,
    query: { queryKey: KeyOfSubject } | undefined,
  ): Answer | undefined =>
    query !== undefined && subjectOf(query.queryKey) === subjectOf(key) ? answer : undefined;
}

function subjectOf([, scope, , asked]: KeyOfSubject): string {
  if ("level" in asked) return JSON.stringify([scope, asked.level, asked.entity_type]);
  const entities = "entities" in asked ? asked.entities : [asked];
  const names = entities.map(({ entity_type, entity_id }) => [entity_type, entity_id]);
  return JSON.stringify([scope, names]);
}
