import * as z from "zod/mini";
import { instant } from "./instant.ts";

export const freshness = z.object({
  live: z.boolean(),
  pending_changes: z.int(),
  folded_through: z.nullable(instant),
});

/** How current an answer is; every answer has it. */
export interface Freshness {
  /** Whether every committed view is in the answer. */
  live: boolean;
  /**
   * How many views were added or taken away and are not yet in the rollups, of all entities; counted up to the bound
   * past which an answer is no longer live.
   */
  pending_changes: number;
  /** All changes captured before this instant (ISO 8601, UTC) are in the rollups; null when that is not known. */
  folded_through: string | null;
}
