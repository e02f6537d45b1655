import * as z from "zod/mini";
import { instant } from "./instant.ts";

/** What the latest fold that had something to do did; rates are changes a second. */
const lastFold = z.object({
  finished_at: instant,
  folded_changes: z.int(),
  duration_ms: z.int(),
  changes_per_second: z.nullable(z.number()),
});

/** How things stand: what is waiting to be folded, what the latest fold did, and whether changes are captured. */
export const analyticsStatus = z.object({
  schema_version: z.int(),
  time_zone: z.string(),
  pending_changes: z.int(),
  oldest_pending_seconds: z.nullable(z.number()),
  set_aside_changes: z.int(),
  left_out_page_views: z.int(),
  last_fold: z.nullable(lastFold),
  capture: z.object({ on: z.boolean(), faults: z.array(z.string()) }),
});

/**
 * How things stand.
 *
 * `pending_changes` counts views added or taken away that are not yet in the rollups; the oldest was captured
 * `oldest_pending_seconds` ago. `set_aside_changes` counts changes that could not be applied, and
 * `left_out_page_views` views that cannot be counted: an id of more than 800 bytes, an instant outside the years 1 to
 * 9999. `last_fold` is null before the first. `capture.faults` says in sentences what keeps changes from being captured,
 * each with the statement that repairs it; `on` that there is none.
 */
export type AnalyticsStatus = z.infer<typeof analyticsStatus>;
