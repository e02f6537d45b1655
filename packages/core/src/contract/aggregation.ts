import * as z from "zod/mini";
import { calendarDate, rangeInOrder } from "./calendar-date.ts";

/** Which dates are recomputed from raw page views; both belong to the range. */
export const rebuildQuery = z
  .strictObject({ date_from: calendarDate, date_to: calendarDate })
  .check(rangeInOrder);

export type RebuildQuery = z.infer<typeof rebuildQuery>;

/** What folding did: `batches` counts the transactions that had something to do. */
export const foldResult = z.object({
  folded_changes: z.int(),
  batches: z.int(),
  duration_ms: z.int(),
});

export type FoldResult = z.infer<typeof foldResult>;

/** What a rebuild did: `steps` counts its transactions. */
export const rebuildResult = z.object({
  rebuilt_page_views: z.int(),
  steps: z.int(),
  duration_ms: z.int(),
});

export type RebuildResult = z.infer<typeof rebuildResult>;

/**
 * How far a rebuild is: page views read so far, how many there are to read by the planner's estimate (null when it
 * has none), and the entity that was reached.
 */
export interface RebuildProgress {
  page_views: number;
  estimated_page_views: number | null;
  elapsed_ms: number;
  entity_type: string;
  entity_id: string | null;
}
