import type { Entity } from "../contract/entity.ts";
import type { IdType, Installation } from "../database/installation.ts";
import { AnalyticsError } from "../errors.ts";

interface EntityToCheck extends Entity {
  installation: Installation;
}

/**
 * The entity with its id as the database writes it.
 *
 * @throws {AnalyticsError} `invalid_input` when the id is not of the type that this installation has
 */
export function checkEntity({ entity_type, entity_id, installation }: EntityToCheck): Entity {
  if (entity_id === null) return { entity_type, entity_id };
  const type = installation.entity_id_type;
  const id = canonicalId({ type, id: entity_id });
  if (id !== undefined) return { entity_type, entity_id: id };
  throw new AnalyticsError(
    "invalid_input",
    `entity_id is ${JSON.stringify(entity_id)}: give a ${type}, the type of entity ids here.`,
    { field: "entity_id" },
  );
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const wholeNumber = /^-?\d{1,19}$/;
const bigintLimit = 2n ** 63n;

const canonical: Readonly<Record<IdType, (id: string) => string | undefined>> = {
  text: (id) => id,
  uuid: (id) => (uuid.test(id.toLowerCase()) ? id.toLowerCase() : undefined),
  bigint: (id) => {
    const number = wholeNumber.test(id) ? BigInt(id) : bigintLimit;
    return number >= -bigintLimit && number < bigintLimit ? String(number) : undefined;
  },
};

/** The id as Postgres writes one of this type, or undefined when it is none. */
export function canonicalId({ type, id }: { type: IdType; id: string }): string | undefined {
  return canonical[type](id);
}
