import * as z from "zod/mini";
import { instant } from "./instant.ts";

/** How current an answer is; every answer carries it. */
export const freshness = z.object({
  live: z.boolean(),
  pending_changes: z.int(),
  folded_through: z.nullable(instant),
});

/**
 * How current an answer is.
 *
 * `live` says that every committed view is in it. `pending_changes` counts the views added or taken away that are not
 * yet in the rollups, of all entities, up to the bound past which an answer is no longer live. All changes captured
 * before `folded_through` are in the rollups; it is null when that is not known.
 */
export type Freshness = z.infer<typeof freshness>;
