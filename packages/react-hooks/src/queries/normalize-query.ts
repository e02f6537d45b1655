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
  const given = givenOf(rest) as Partial<Query>;
  return { ...defaults, ...given, ...entityOf({ entity_type, entity_id }) } as Query;
}

/** The one form of a question about several entities. */
export function normalizeListQuery<Query extends { entities: readonly EntityQuery[] }>(
  query: Query,
  defaults: Partial<Query>,
): Query {
  const { entities, ...rest } = query;
  const given = givenOf(rest) as Partial<Query>;
  return { ...defaults, ...given, entities: entities.map(entityOf) } as unknown as Query;
}

/** The one form of a question about a type or the site. */
export function normalizeLevelQuery<Query extends object>(
  query: Query,
  defaults: Partial<Query>,
): Query {
  return { ...defaults, ...givenOf(query) } as Query;
}

function givenOf(fields: object): object {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(given);
}

function entityOf({ entity_type, entity_id }: EntityQuery): EntityQuery {
  return { entity_type, entity_id: entity_id === null ? null : String(entity_id) };
}
