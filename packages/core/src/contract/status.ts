import * as z from "zod/mini";
import { instant } from "./instant.ts";

/** What the latest fold that had something to do did; rates are changes a second. */
const lastFold = z.object({
  finished_at: instant,
  folded_changes: z.int(),
  duration_ms: z.int(),
  changes_per_second: z.nullable(z.number()),
});

/** How things stand: what is waiting to be folded, what the latest fold did, and whether changes are written down. */
export const analyticsStatus = z.object({
  schema_version: z.int(),
  time_zone: z.string(),
  pending_changes: z.int(),
  oldest_pending_seconds: z.nullable(z.number()),
  last_fold: z.nullable(lastFold),
  capture: z.object({ on: z.boolean(), faults: z.array(z.string()) }),
});

/**
 * How things stand.
 *
 * `pending_changes` counts views added or taken away that are not yet in the rollups; the oldest was written down
 * `oldest_pending_seconds` ago. `last_fold` is null before the first. `capture.faults` says in sentences what keeps
 * changes from being written down, each with the statement that mends it; `on` that there is none.
 */
export type AnalyticsStatus = z.infer<typeof analyticsStatus>;
