import { type RawBuilder, sql } from "kysely";
import type { IdType } from "../../database/installation.ts";

/** The type of an id, for a cast. */
export const idOf: Readonly<Record<IdType, RawBuilder<unknown>>> = {
  uuid: sql`uuid`,
  bigint: sql`bigint`,
  text: sql`text`,
};
