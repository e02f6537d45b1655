import * as z from "zod/mini";
import { calendarDate, rangeInOrder } from "./calendar-date.ts";

/** Which dates are rebuilt from raw page views. */
export const rebuildQuery = z
  .strictObject({ date_from: calendarDate, date_to: calendarDate })
  .check(rangeInOrder);

/** Which dates are rebuilt: the entities that have page views on them. */
export interface RebuildQuery {
  /** The first day, `YYYY-MM-DD` in the reporting time zone. */
  date_from: string;
  /** The last day, which belongs to the range. */
  date_to: string;
}

export const foldResult = z.object({
  folded_changes: z.int(),
  batches: z.int(),
  duration_ms: z.int(),
});

/** What folding did. */
export interface FoldResult {
  /** How many views that were added or taken away are now in the rollups. */
  folded_changes: number;
  /** In how many transactions that had something to do. */
  batches: number;
  /** Whole milliseconds. */
  duration_ms: number;
}

/** How far folding is. */
export interface FoldProgress {
  /** How many views that were added or taken away came into the rollups so far. */
  folded_changes: number;
  /** In how many transactions so far. */
  batches: number;
  /** Whole milliseconds. */
  elapsed_ms: number;
}

export const rebuildResult = z.object({
  rebuilt_page_views: z.int(),
  steps: z.int(),
  duration_ms: z.int(),
});

/** What a rebuild did. */
export interface RebuildResult {
  /** How many page views were read again. */
  rebuilt_page_views: number;
  /** In how many transactions. */
  steps: number;
  /** Whole milliseconds. */
  duration_ms: number;
}

/** How far a rebuild is: it reads all page views twice, first for their sessions and then for their entities. */
export interface RebuildProgress {
  /** What is being read. */
  phase: "sessions" | "entities";
  /** How many page views were read in this phase so far. */
  page_views: number;
  /** How many there are to read, by the planner's estimate; null when it has none. */
  estimated_page_views: number | null;
  /** Whole milliseconds. */
  elapsed_ms: number;
  /** The entity that was reached; null in the phase of sessions. */
  entity_type: string | null;
  entity_id: string | null;
}

/** What repairing did. */
export interface RepairResult {
  /** How many changes had been set aside, and are not any more. */
  repaired_changes: number;
  /** Of how many entities. */
  repaired_entities: number;
  /** How many page views these have. */
  read_page_views: number;
  /** Whole milliseconds. */
  duration_ms: number;
}
