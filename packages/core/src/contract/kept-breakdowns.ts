import type { Entity } from "./entity.ts";

/** How far counting the breakdowns of an entity is. */
export interface AddBreakdownsProgress {
  /** How many dates were counted so far. */
  counted_dates: number;
  /** How many there were to count. */
  dates: number;
  /** Whole milliseconds. */
  elapsed_ms: number;
}

/** What keeping the breakdowns of an entity did. */
export interface AddedBreakdowns extends Entity {
  /** Whether they were not kept before. */
  added: boolean;
  /** How many dates were counted, in so many transactions. */
  counted_dates: number;
  steps: number;
  /** Whole milliseconds. */
  duration_ms: number;
}

/** What keeping them no longer did. */
export interface RemovedBreakdowns extends Entity {
  /** Whether they were kept. */
  removed: boolean;
  /** Whole milliseconds. */
  duration_ms: number;
}
