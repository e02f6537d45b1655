import * as z from "zod/mini";
import type { RebuildQuery } from "./aggregation.ts";
import { calendarDate } from "./calendar-date.ts";
import { type SetAsideEntity, setAsideEntity } from "./status.ts";

export const rollupDifference = z.object({
  rollup: z.string(),
  entity_type: z.string(),
  entity_id: z.nullable(z.string()),
  key: z.record(z.string(), z.unknown()),
  stored: z.nullable(z.record(z.string(), z.unknown())),
  expected: z.nullable(z.record(z.string(), z.unknown())),
});

/** A row of a rollup that is not as raw page views say. */
export interface RollupDifference {
  /**
   * The table; of `page_view_changes` it is a view that waits to be folded and is not among page views, of `analytics_seals` a month
   * that is not as it was sealed.
   */
  rollup: string;
  /** Empty for a month. */
  entity_type: string;
  entity_id: string | null;
  /** The other columns of its key. */
  key: Record<string, unknown>;
  /** The columns that differ, as they are stored; null for a row that is missing. */
  stored: Record<string, unknown> | null;
  /** The columns that differ, as they should be; null for a row that should not be there. */
  expected: Record<string, unknown> | null;
}

export const verification = z.object({
  page_views: z.int(),
  entities: z.int(),
  differences: z.int(),
  listed: z.array(rollupDifference),
  set_aside_changes: z.int(),
  set_aside_entities: z.array(setAsideEntity),
  rebuild_range: z.nullable(z.object({ date_from: calendarDate, date_to: calendarDate })),
  seed: z.nullable(z.int()),
  duration_ms: z.int(),
});

/** What verifying found. */
export interface Verification {
  /** How many page views were compared. */
  page_views: number;
  /** Of how many entities. */
  entities: number;
  /** How many rows differ. */
  differences: number;
  /** The first hundred of them. */
  listed: RollupDifference[];
  /** How many changes could not be applied and are kept out of the way: `repair` puts them right. */
  set_aside_changes: number;
  /** Of which entities they are, the first hundred. */
  set_aside_entities: SetAsideEntity[];
  /** The dates to give to `rebuild`, which puts things right; null when nothing differs. */
  rebuild_range: RebuildQuery | null;
  /** Repeats the sample; null when everything was compared. */
  seed: number | null;
  /** Whole milliseconds. */
  duration_ms: number;
}

/** How far verifying is. */
export interface VerificationProgress {
  /** How many page views were compared so far. */
  page_views: number;
  /** How many there are, by the planner's estimate; null for a sample, or when it has none. */
  estimated_page_views: number | null;
  /** How many entities were compared so far. */
  entities: number;
  /** How many rows differ so far. */
  differences: number;
  /** Whole milliseconds. */
  elapsed_ms: number;
  /** The entity that was reached. */
  entity_type: string;
  entity_id: string | null;
}
