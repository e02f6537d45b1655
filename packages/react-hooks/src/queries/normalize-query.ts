interface EntityQuery {
  entity_type: string;
  entity_id: string | number | null;
}

/** The fields by which any question about one subject says what that is. */
export interface SubjectFields {
  level?: string | undefined;
  entity_type?: string | undefined;
  entity_id?: string | number | null | undefined;
  owner_id?: string | number | undefined;
}

/**
 * The one form of a question, so that two ways to ask the same have one key: with its defaults, ids as text, and
 * without fields that are empty, as forms leave them.
 */
export function normalizeQuery<Query extends SubjectFields>(
  query: Query,
  defaults: Partial<Query>,
): Query {
  const { level, entity_type, entity_id, owner_id, ...rest } = query;
  const subject = subjectOf({ level, entity_type, entity_id, owner_id });
  return { ...defaults, ...givenOf(rest), ...subject } as Query;
}

/** The one form of a question about several entities. */
export function normalizeListQuery<Query extends { entities: readonly EntityQuery[] }>(
  query: Query,
  defaults: Partial<Query>,
): Query {
  const { entities, ...rest } = query;
  const given = givenOf(rest) as Partial<Query>;
  return { ...defaults, ...given, entities: entities.map(subjectOf) } as unknown as Query;
}

function givenOf(fields: object): object {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(given);
}

// an empty type stays, so that it is refused and not left out
function subjectOf({ level = "entity", ...names }: SubjectFields): SubjectFields {
  const { entity_type, entity_id, owner_id } = names;
  return {
    ...(level !== "entity" && { level }),
    ...(entity_type !== undefined && { entity_type }),
    ...(entity_id !== undefined && { entity_id: entity_id === null ? null : String(entity_id) }),
    ...(owner_id !== undefined && { owner_id: String(owner_id) }),
  };
}
