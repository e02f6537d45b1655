import type { IdType } from "./installation.ts";

// As :no_entity in the SQL, where an entity's id is never NULL.
/** The id that stands for pages without an entity. */
export const noEntity: Readonly<Record<IdType, string>> = {
  uuid: "00000000-0000-0000-0000-000000000000",
  bigint: String(-(2n ** 63n)),
  text: "",
};

/** Whether this id, as the database writes it, is the one that rollups have for pages without an entity. */
export function standsForNoEntity({ type, id }: { type: IdType; id: string }): boolean {
  return id === noEntity[type];
}
