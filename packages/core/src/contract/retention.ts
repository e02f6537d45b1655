import * as z from "zod/mini";
import { calendarDate } from "./calendar-date.ts";

export const prunedRaw = z.object({
  sealed_before: calendarDate,
  pruned_views: z.int(),
  detached: z.array(z.object({ table: z.string(), page_views: z.int(), bytes: z.int() })),
  page_view_bytes: z.int(),
  freed_bytes: z.int(),
  rollup_bytes: z.int(),
  duration_ms: z.int(),
});

/** What pruning did, or would do. */
export interface PrunedRaw {
  /** The first of a month, `YYYY-MM-DD`: page views of earlier dates are gone, and stay counted. */
  sealed_before: string;
  /** How many page views were deleted or detached, or would be. */
  pruned_views: number;
  /** The partitions that are tables of their own now, or would be, the earliest first. Without `detach` there are none. */
  detached: DetachedTable[];
  /** How much page views weighed before, with their indexes. */
  page_view_bytes: number;
  /** About how much of it has room for other rows, or would have: their share. What is detached is free when you drop it. */
  freed_bytes: number;
  /** How much all that stays weighed before: rollups and sessions, with their indexes. */
  rollup_bytes: number;
  /** Whole milliseconds. */
  duration_ms: number;
}

/** A partition of page views that was pruned whole. */
export interface DetachedTable {
  /** Its name with its schema, quoted where it has to be. */
  table: string;
  /** How many page views it has: they stay counted. */
  page_views: number;
  /** How much it weighs, with its indexes. */
  bytes: number;
}

/** How far pruning is. */
export interface PruneProgress {
  /** How many page views were deleted or detached so far. */
  pruned_views: number;
  /** How many there are to delete. */
  prunable_views: number;
  /** Whole milliseconds. */
  elapsed_ms: number;
  /** About how long it still takes, in whole milliseconds; null before anything was deleted. */
  remaining_ms: number | null;
}

/** Who may be forgotten: those who are linked to no account, accounts with what is linked to them, or both. */
export const forgettableKinds = ["anonymous", "account", "all"] as const;

/** One of {@link forgettableKinds}. */
export type ForgettableKind = (typeof forgettableKinds)[number];

export const forgottenVisitors = z.object({
  new_since: calendarDate,
  accounts: z.int(),
  visitor_ids: z.int(),
  sessions: z.int(),
  anonymised_views: z.int(),
  receipt: z.nullable(z.uuid()),
  duration_ms: z.int(),
});

/** Who was forgotten, or would be. */
export interface ForgottenVisitors {
  /** The date, `YYYY-MM-DD`, before which they had come last: who of them comes back is new. */
  new_since: string;
  /** How many accounts are in no page view any more. */
  accounts: number;
  /** How many browsers, by `visitor_id`, are others now. */
  visitor_ids: number;
  /** How many sessions are others now. */
  sessions: number;
  /** How many views stay counted, of visitors who are nobody. */
  anonymised_views: number;
  /** What `analytics_audit` has of this call; null for a dry run. */
  receipt: string | null;
  /** Whole milliseconds. */
  duration_ms: number;
}

/** How far forgetting is. */
export interface ForgetProgress
  extends Pick<ForgottenVisitors, "accounts" | "visitor_ids" | "sessions" | "anonymised_views"> {
  /** Whole milliseconds. */
  elapsed_ms: number;
}
