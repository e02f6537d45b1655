interface EntityQuery {
  entity_type: string;
  entity_id: string | number | null;
}

/**
 * The one form of a question, so that two ways to ask the same have one key: with its defaults, an id as text, and
 * without fields that are empty, as forms leave them.
 */
export function normalizeQuery<Query extends EntityQuery>(
  query: Query,
  defaults: Partial<Query>,
): Query {
  const { entity_type, entity_id, ...rest } = query;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined && value !== "");
  return {
    ...defaults,
    ...(Object.fromEntries(given) as Partial<Query>),
    entity_type,
    entity_id: entity_id === null ? null : String(entity_id),
  } as Query;
}
