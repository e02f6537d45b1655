import * as z from "zod/mini";
import { type Change, type Cut, change, nullableCut } from "./change.ts";
import { type ComparedRange, comparedRange } from "./compared-range.ts";
import type { Entity } from "./entity.ts";
import { entityResultFields } from "./entity-result-fields.ts";
import { type Freshness, freshness } from "./freshness.ts";
import { instant } from "./instant.ts";
import { type Measures, measureFields } from "./measures.ts";
import { type TopLevel, topLevels } from "./top-entities-query.ts";

/** One of the entities that are viewed most; of those of an owner, the views that are the owner's. */
export interface TopEntity extends Entity, Measures {
  /** Its place, from 1. */
  rank: number;
  /** When it was viewed first, ever: ISO 8601, UTC. */
  first_view: string | null;
  /** When its latest view began. */
  last_view: string | null;
  /** How its measures differ from the other range; null when none is asked for, or nothing is over yet. */
  change: Change | null;
  /**
   * How far the visitors of `score_date` are above the usual ones of that day of the week, as `2 * (sqrt(visitors + 3/8) - sqrt(usual + 3/8))`
   * with two decimals: by chance alone about 1, for a small page as for a big one. Of all its visitors, also those of an owner before. Null when it is new, and
   * for other sorts.
   */
  score: number | null;
  /** Whether it trends without a score: it was first viewed less than a week before `score_date`. */
  is_new: boolean;
}

/** One of them. */
export const topEntity = z.object({
  rank: z.int(),
  ...entityResultFields,
  ...measureFields,
  first_view: z.nullable(instant),
  last_view: z.nullable(instant),
  change: z.nullable(change),
  score: z.nullable(z.number()),
  is_new: z.boolean(),
});

/** The answer: the entities that are viewed most. */
export const topEntities = z.object({
  level: z.enum(topLevels),
  entity_type: z.nullable(z.string()),
  owner_id: z.nullable(z.string()),
  time_zone: z.string(),
  date_from: z.iso.date(),
  date_to: z.iso.date(),
  data: z.array(topEntity),
  score_date: z.nullable(z.iso.date()),
  elapsed: nullableCut,
  compare: z.nullable(comparedRange),
  new_since: z.nullable(z.iso.date()),
  freshness,
});

/** What {@link AnalyticsClient.getTopEntities} answers. */
export interface TopEntities {
  level: TopLevel;
  /** The type that was asked for; null for the levels `"owner"` and `"site"`. */
  entity_type: string | null;
  /** The owner that was asked for; null for the levels `"type"` and `"site"`. */
  owner_id: string | null;
  /** The reporting time zone, which all dates are of: an IANA name. */
  time_zone: string;
  /** The first day of the range, `YYYY-MM-DD`. */
  date_from: string;
  /** The last day of the range, which belongs to it. */
  date_to: string;
  /** The entities, most first; of equals those that were viewed first. Their visitors cannot be added up: somebody may have viewed several. */
  data: TopEntity[];
  /** The date that scores are about: the last one of the range that is over; null when none is, and for other sorts than `"trending"`. */
  score_date: string | null;
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
