import type { AnalyticsKey } from "../queries/analytics-key.ts";

type KeyOfEntity = AnalyticsKey<{ entity_type: string; entity_id: string | number | null }>;

/** Shows the answer before while another one of the same entity is fetched; never that of another entity or scope. */
export function keepPreviousAnswer(key: KeyOfEntity) {
  return <Answer>(
    answer: Answer | undefined,
    query: { queryKey: KeyOfEntity } | undefined,
  ): Answer | undefined =>
    query !== undefined && isSameEntity(query.queryKey, key) ? answer : undefined;
}

function isSameEntity(
  [, scope, , entity]: KeyOfEntity,
  [, otherScope, , other]: KeyOfEntity,
): boolean {
  return (
    scope === otherScope &&
    entity.entity_type === other.entity_type &&
    entity.entity_id === other.entity_id
  );
}
