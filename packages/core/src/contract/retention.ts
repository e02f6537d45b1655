import * as z from "zod/mini";
import { calendarDate } from "./calendar-date.ts";

export const prunedRaw = z.object({
  sealed_before: calendarDate,
  pruned_views: z.int(),
  page_view_bytes: z.int(),
  freed_bytes: z.int(),
  rollup_bytes: z.int(),
  duration_ms: z.int(),
});

/** What pruning did, or would do. */
export interface PrunedRaw {
  /** The first of a month, `YYYY-MM-DD`: page views of earlier dates are gone, and stay counted. */
  sealed_before: string;
  /** How many page views were deleted, or would be. */
  pruned_views: number;
  /** How much page views weighed before, with their indexes. */
  page_view_bytes: number;
  /** About how much of it has room for other rows, or would have: their share. */
  freed_bytes: number;
  /** How much all that stays weighed before: rollups and sessions, with their indexes. */
  rollup_bytes: number;
  /** Whole milliseconds. */
  duration_ms: number;
}

/** How far pruning is. */
export interface PruneProgress {
  /** How many page views were deleted so far. */
  pruned_views: number;
  /** How many there are to delete. */
  prunable_views: number;
  /** Whole milliseconds. */
  elapsed_ms: number;
  /** About how long it still takes, in whole milliseconds; null before anything was deleted. */
  remaining_ms: number | null;
}
