import type { Installation } from "./installation.ts";

interface OwnerToFind {
  /** As the database writes it. */
  owner_id: string;
  installation: Pick<Installation, "entity_id_type" | "owner_id_type">;
}

/** The id by which an owner is found in the rollups: see owner_entity in the SQL. A number is written into a uuid, in the order of numbers. */
export function ownerEntityId({ owner_id, installation }: OwnerToFind): string {
  const { entity_id_type, owner_id_type } = installation;
  if (entity_id_type !== "uuid" || owner_id_type !== "bigint") return owner_id;
  const hex = (BigInt(owner_id) + 2n ** 63n).toString(16).padStart(16, "0");
  return `6f776e65-7200-0000-${hex.slice(0, 4)}-${hex.slice(4)}`;
}
