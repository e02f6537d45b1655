import type { Entity } from "@headcount/core/contract";
import type { AnalyticsKey } from "../queries/analytics-key.ts";

type KeyOfEntity = AnalyticsKey<{ entity_type: string; entity_id: string | number | null }>;

/** Shows the answer before while another one of the same entity is fetched; never that of another entity or user. */
export function keepPreviousAnswer(key: KeyOfEntity) {
  return <Answer>(
    answer: Answer | undefined,
    query: { queryKey: KeyOfEntity } | undefined,
  ): Answer | undefined =>
    query !== undefined && placeOf(query.queryKey) === placeOf(key) ? answer : undefined;
}

function placeOf([, scope, , { entity_type, entity_id }]: KeyOfEntity): string {
  const place: [string, ...Entity[keyof Entity][]] = [scope, entity_type, String(entity_id)];
  return JSON.stringify(place);
}
