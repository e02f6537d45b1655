import * as z from "zod/mini";
import type { Dimension, FilterDimension } from "./breakdown-query.ts";
import { type Cut, type MeasureChange, measureChange, nullableCut } from "./change.ts";
import { type ComparedRange, comparedRange } from "./compared-range.ts";
import { type Freshness, freshness } from "./freshness.ts";
import { type Measures, measures } from "./measures.ts";
import { type SubjectResult, subjectResultFields } from "./subject.ts";

const count = z.int();

/** What is measured of each value of a dimension. */
export interface ValueMeasures {
  /** How many page views. */
  views: number;
  /** How many visitors, each counted once: always `unique_accounts + anonymous_visitors`. */
  unique_visitors: number;
  unique_accounts: number;
  anonymous_visitors: number;
  /** Seconds, over the views whose time is known; null when none is. */
  avg_time_on_page: number | null;
  /** How many sessions began with one of the views; null for an attribute of viewers. */
  entries: number | null;
  /** Percent of these sessions that had no other view and lasted less than ten seconds, with two decimals; null when none began. */
  bounce_rate: number | null;
}

const valueMeasureFields = {
  views: count,
  unique_visitors: count,
  unique_accounts: count,
  anonymous_visitors: count,
  avg_time_on_page: z.nullable(z.number()),
  entries: z.nullable(count),
  bounce_rate: z.nullable(z.number()),
};

/** How each measure of a value changed. */
export type ValueChange = Record<keyof ValueMeasures, MeasureChange>;

const measureNames = Object.keys(valueMeasureFields) as (keyof ValueMeasures)[];

const valueChange = z.object(
  Object.fromEntries(measureNames.map((name) => [name, measureChange])) as Record<
    keyof ValueMeasures,
    typeof measureChange
  >,
);

/** One value of a dimension. */
export interface BreakdownValue extends ValueMeasures {
  /** Null for everything of which it is not known: an account without a company, a visitor without an account, or a view without a campaign. */
  value: string | null;
  /** Percent of all visitors of the range, with two decimals; null without visitors. */
  share_of_visitors: number | null;
  /** How its measures differ from the other range; null when none is asked for, or nothing is over yet. */
  change: ValueChange | null;
}

/** The fields of a value that are there without a comparison. */
export const breakdownValueFields = {
  value: z.nullable(z.string()),
  ...valueMeasureFields,
  share_of_visitors: z.nullable(z.number()),
};

/** The answer: the values of a dimension, most first. */
export const breakdown = z.object({
  ...subjectResultFields,
  dimension: z.string() as unknown as z.ZodMiniType<Dimension>,
  filter_dimension: z.nullable(z.string() as unknown as z.ZodMiniType<FilterDimension>),
  filter_value: z.nullable(z.string()),
  time_zone: z.string(),
  date_from: z.iso.date(),
  date_to: z.iso.date(),
  visits_from: z.nullable(z.iso.date()),
  smallest_group: count,
  data: z.array(
    z.object({
      ...breakdownValueFields,
      change: z.nullable(valueChange),
    }),
  ),
  other: z.nullable(z.object({ values: z.nullable(count), views: count })),
  hidden: z.object({ visitors: count, views: count }),
  recorded_views: z.nullable(count),
  totals: measures,
  elapsed: nullableCut,
  compare: z.nullable(comparedRange),
  new_since: z.nullable(z.iso.date()),
  freshness,
});

/** What {@link AnalyticsClient.getBreakdown} answers. The views of `data`, `other` and `hidden` add up to those of `totals`. */
export interface Breakdown extends SubjectResult {
  dimension: Dimension;
  /** Only views with `filter_value` of this are counted; null when all are. */
  filter_dimension: FilterDimension | null;
  filter_value: string | null;
  /** The reporting time zone, which all dates are of: an IANA name. */
  time_zone: string;
  /** The first day of the range, `YYYY-MM-DD`. */
  date_from: string;
  /** The last day of the range, which belongs to it. */
  date_to: string;
  /**
   * From which date on the range is answered, `YYYY-MM-DD`, where it, or what it is compared with, begins before it: older page views were
   * pruned, and nothing is compared. Null where all are there.
   */
  visits_from: string | null;
  /** Values with fewer visitors than this are not listed; 0 when all are. */
  smallest_group: number;
  /** The values, most first. */
  data: BreakdownValue[];
  /**
   * What is not listed: how many other values there are, and their views; null when all are listed. `values` is null where groups
   * too small to be listed are among them.
   */
  other: { values: number | null; views: number } | null;
  /** Accounts that may not be seen, which are in no value, and their views. */
  hidden: { visitors: number; views: number };
  /**
   * Of how many views it was recorded where they came from, or with what they were viewed: the others were not collected, or before that
   * was stored, and are under null. Null for other dimensions.
   */
  recorded_views: number | null;
  /** The measures of the whole range; with a filter, of the views that it lets through, where new visitors are not known. */
  totals: Measures;
  /** Until where the range is compared, when it is not over yet: the hours of today that are. */
  elapsed: Cut | null;
  /** The range that the values are compared with, when that was asked for. */
  compare: ComparedRange | null;
  /**
   * Who had come last before this date, `YYYY-MM-DD`, was forgotten and is new when coming back. Null where nobody was, or the range
   * ends before it.
   */
  new_since: string | null;
  freshness: Freshness;
}
