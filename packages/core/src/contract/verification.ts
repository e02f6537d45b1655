import * as z from "zod/mini";
import { calendarDate } from "./calendar-date.ts";

/**
 * A row of a rollup that is not as raw page views say. `stored` is null for a row that is missing and `expected` for one
 * that should not be there; else both hold the columns that differ. Of `page_view_changes` it is a view that waits to be
 * folded and is not among page views.
 */
export const rollupDifference = z.object({
  rollup: z.string(),
  entity_type: z.string(),
  entity_id: z.nullable(z.string()),
  key: z.record(z.string(), z.unknown()),
  stored: z.nullable(z.record(z.string(), z.unknown())),
  expected: z.nullable(z.record(z.string(), z.unknown())),
});

export type RollupDifference = z.infer<typeof rollupDifference>;

/** What was compared, and what differs: `differences` counts all, `listed` holds the first hundred. */
export const verification = z.object({
  page_views: z.int(),
  entities: z.int(),
  differences: z.int(),
  listed: z.array(rollupDifference),
  mend: z.nullable(z.object({ date_from: calendarDate, date_to: calendarDate })),
  seed: z.nullable(z.int()),
  duration_ms: z.int(),
});

/**
 * What verifying found.
 *
 * `mend` are the dates that `aggregate` is to be given to put things right, null when nothing differs. `seed` repeats
 * the sample, and is null when everything was compared.
 */
export type Verification = z.infer<typeof verification>;

/**
 * How far verifying is: what was compared so far, how many page views there are by the planner's estimate (null for a
 * sample, or when it has none), and the entity that was reached.
 */
export interface VerificationProgress {
  page_views: number;
  estimated_page_views: number | null;
  entities: number;
  differences: number;
  elapsed_ms: number;
  entity_type: string;
  entity_id: string | null;
}
