import * as z from "zod/mini";
import { type BreakdownValue, breakdownValueFields } from "./breakdown.ts";
import { type Change, type Cut, change, nullableCut } from "./change.ts";
import { type ComparedRange, comparedRange } from "./compared-range.ts";
import { type DigestPeriod, digestPeriods } from "./digest-query.ts";
import { type Freshness, freshness } from "./freshness.ts";
import { type Measures, measureFields, measures } from "./measures.ts";
import { type Milestone, milestone } from "./milestone.ts";
import { type SubjectResult, subjectResultFields } from "./subject.ts";
import { type TopEntity, topEntity } from "./top-entities.ts";
import { type Visitor, visitor } from "./visitors.ts";

/** The day of a digest with the most views; of equals, the first. */
export interface BestDay extends Measures {
  /** `YYYY-MM-DD`. */
  date: string;
}

/** The answer: what happened in a week, or a month. */
export const digest = z.object({
  ...subjectResultFields,
  period: z.enum(digestPeriods),
  time_zone: z.string(),
  date_from: z.iso.date(),
  date_to: z.iso.date(),
  totals: measures,
  change: z.nullable(change),
  elapsed: nullableCut,
  compare: comparedRange,
  best_day: z.nullable(z.object({ date: z.iso.date(), ...measureFields })),
  top_entities: z.array(topEntity),
  top_sources: z.nullable(z.array(z.object(breakdownValueFields))),
  new_accounts: z.array(visitor),
  milestones: z.array(milestone),
  new_since: z.nullable(z.iso.date()),
  freshness,
});

/** What {@link AnalyticsClient.getDigest} answers. */
export interface Digest extends SubjectResult {
  period: DigestPeriod;
  /** The reporting time zone, which all dates are of: an IANA name. */
  time_zone: string;
  /** The first day of the week or month, `YYYY-MM-DD`. */
  date_from: string;
  /** Its last day. */
  date_to: string;
  /** Its measures. */
  totals: Measures;
  /** How they differ from those of the week or month before; null when nothing of this one is over yet. */
  change: Change | null;
  /** Until where it is compared, when it is not over yet: the hours of today that are. */
  elapsed: Cut | null;
  /** The week or month before. */
  compare: ComparedRange;
  /** The day with the most views; null without views. */
  best_day: BestDay | null;
  /** The 5 entities with the most visitors, as `getTopEntities` has them; none where it is about one entity. */
  top_entities: TopEntity[];
  /** The 3 sources that most visitors came from, as `getBreakdown` has them; null where page views of these dates were pruned. */
  top_sources: Omit<BreakdownValue, "change">[] | null;
  /**
   * Up to 5 accounts that viewed the subject for the first time, the latest first, with their numbers of all time and without single visits. Those
   * that may not be seen are counted in `totals.new_accounts` only.
   */
  new_accounts: Visitor[];
  /** Up to 10 milestones that were noted in this time, the latest first. */
  milestones: Milestone[];
  /**
   * Who had come last before this date, `YYYY-MM-DD`, was forgotten and is new when coming back. Null where nobody was, or the range
   * ends before it.
   */
  new_since: string | null;
  freshness: Freshness;
}
