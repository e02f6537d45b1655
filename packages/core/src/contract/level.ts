import * as z from "zod/mini";

/** What can be counted besides entities. */
export const keptLevels = ["owner", "type", "site"] as const;

/** What can be counted besides entities, each visitor once: all of an owner's, all of an `entity_type`, or everything. */
export type KeptLevel = (typeof keptLevels)[number];

export const keptLevel = z.enum(keptLevels, { error: `give one of ${keptLevels.join(", ")}` });

/** How far adding a level is: an owner's reads all page views twice, first for their sessions. */
export interface AddLevelProgress {
  /** What is being read. */
  phase: "sessions" | "groups";
  /** How many page views were read in this phase so far. */
  page_views: number;
  /** Whole milliseconds. */
  elapsed_ms: number;
}

/** What adding a level did. */
export interface AddedLevel {
  level: KeptLevel;
  /** How many page views its groups were made of; 0 when it was there already. */
  read_page_views: number;
  /** In how many transactions. */
  steps: number;
  /** Whole milliseconds. */
  duration_ms: number;
}

/** What removing a level did. */
export interface RemovedLevel {
  level: KeptLevel;
  /** In how many transactions; 0 when it was not there. */
  steps: number;
  /** Whole milliseconds. */
  duration_ms: number;
}

/** What reassigning did. */
export interface ReassignedEntity {
  /** How many page views have another owner now. */
  reassigned_views: number;
  /** What `analytics_audit` has of it. */
  receipt: string;
  /** Whole milliseconds. */
  duration_ms: number;
}
