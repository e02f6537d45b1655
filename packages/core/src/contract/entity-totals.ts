import * as z from "zod/mini";
import { type Change, type Cut, change, nullableCut } from "./change.ts";
import { type ComparedRange, comparedRange } from "./compared-range.ts";
import type { Entity } from "./entity.ts";
import { entityResultFields } from "./entity-result-fields.ts";
import { type Freshness, freshness } from "./freshness.ts";
import { instant } from "./instant.ts";
import { type Measures, measureFields, measures } from "./measures.ts";

const date = z.nullable(z.iso.date());

/** The totals of one entity. */
export interface TotalsOfEntity extends Entity, Measures {
  /** When it was viewed first, ever: ISO 8601, UTC; null when nobody has. */
  first_view: string | null;
  /** When its latest view began. */
  last_view: string | null;
  /** Its views in every bucket of the range, oldest first; null when no sparkline is asked for. */
  sparkline: number[] | null;
  /** How its measures differ from the other range; null when none is asked for, or nothing is over yet. */
  change: Change | null;
}

const totalsOfEntity = z.object({
  ...entityResultFields,
  ...measureFields,
  first_view: z.nullable(instant),
  last_view: z.nullable(instant),
  sparkline: z.nullable(z.array(z.int())),
  change: z.nullable(change),
});

/** The answer: the totals of each entity. */
export const entityTotals = z.object({
  time_zone: z.string(),
  date_from: date,
  date_to: date,
  data: z.array(totalsOfEntity),
  together: z.nullable(measures),
  elapsed: nullableCut,
  compare: z.nullable(comparedRange),
  new_since: z.nullable(z.iso.date()),
  freshness,
});

/** What {@link AnalyticsClient.getEntityTotals} answers. */
export interface EntityTotals {
  /** The reporting time zone, which all dates are of: an IANA name. */
  time_zone: string;
  /** The first day of the range, `YYYY-MM-DD`; null for all time. */
  date_from: string | null;
  /** The last day of the range, which belongs to it; null for all time. */
  date_to: string | null;
  /** A row for each entity, in the order asked for: zeros for one that nobody viewed. They cannot be added up: somebody may have viewed several. */
  data: TotalsOfEntity[];
  /** All of them together, each visitor counted once and new when new to all of them; null when it is not asked for. Not compared. */
  together: Measures | null;
  /** Until where the range is compared, when it is not over yet: the hours of today that are. */
  elapsed: Cut | null;
  /** The range that they are compared with, when that was asked for. */
  compare: ComparedRange | null;
  /**
   * Who had come last before this date, `YYYY-MM-DD`, was forgotten and is new when coming back. Null where nobody was, or the range
   * ends before it.
   */
  new_since: string | null;
  freshness: Freshness;
}
