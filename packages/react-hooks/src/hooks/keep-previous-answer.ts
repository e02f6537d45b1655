import type { AnalyticsKey } from "../queries/analytics-key.ts";
import type { SubjectFields } from "../queries/normalize-query.ts";
import { subjectKey } from "./subject-key.ts";

type KeyOfSubject = AnalyticsKey<SubjectFields | { entities: readonly SubjectFields[] }>;

/** Shows the answer before while another one of the same entities or level is fetched; never that of others, or of another scope. */
export function keepPreviousAnswer(key: KeyOfSubject) {
  return <Answer>(
    answer: Answer | undefined,
    query: { queryKey: KeyOfSubject } | undefined,
  ): Answer | undefined =>
    query !== undefined && subjectOf(query.queryKey) === subjectOf(key) ? answer : undefined;
}

function subjectOf([, scope, , asked]: KeyOfSubject): string {
  const subjects = "entities" in asked ? asked.entities : [asked];
  return JSON.stringify([scope, subjects.map(subjectKey)]);
}
