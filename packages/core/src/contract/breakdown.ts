import * as z from "zod/mini";
import type { Dimension } from "./breakdown-query.ts";
import { entityResultFields } from "./entity-result-fields.ts";
import { type Freshness, freshness } from "./freshness.ts";
import { type Measures, measures } from "./measures.ts";

const count = z.int();

/** One value of a dimension. */
export interface BreakdownValue {
  /** Null for everything of which it is not known: an account without a company, a visitor without an account, or a view without a campaign. */
  value: string | null;
  /** How many page views. */
  views: number;
  /** How many visitors, each counted once: always `unique_accounts + anonymous_visitors`. */
  unique_visitors: number;
  unique_accounts: number;
  anonymous_visitors: number;
  /** Seconds, over the views whose time is known; null when none is. */
  avg_time_on_page: number | null;
  /** Percent of all visitors of the range, with two decimals; null without visitors. */
  share_of_visitors: number | null;
}

/** The answer: the values of a dimension, most first. */
export const breakdown = z.object({
  ...entityResultFields,
  dimension: z.string() as unknown as z.ZodMiniType<Dimension>,
  time_zone: z.string(),
  date_from: z.iso.date(),
  date_to: z.iso.date(),
  smallest_group: count,
  data: z.array(
    z.object({
      value: z.nullable(z.string()),
      views: count,
      unique_visitors: count,
      unique_accounts: count,
      anonymous_visitors: count,
      avg_time_on_page: z.nullable(z.number()),
      share_of_visitors: z.nullable(z.number()),
    }),
  ),
  other: z.nullable(z.object({ values: z.nullable(count), views: count })),
  hidden: z.object({ visitors: count, views: count }),
  recorded_views: z.nullable(count),
  totals: measures,
  freshness,
});

/** What {@link AnalyticsClient.getBreakdown} answers. The views of `data`, `other` and `hidden` add up to those of `totals`. */
export interface Breakdown {
  entity_type: string;
  /** Null for pages without an entity. */
  entity_id: string | null;
  dimension: Dimension;
  /** The reporting time zone, which all dates are of: an IANA name. */
  time_zone: string;
  /** The first day of the range, `YYYY-MM-DD`. */
  date_from: string;
  /** The last day of the range, which belongs to it. */
  date_to: string;
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
  /** The measures of the whole range. */
  totals: Measures;
  freshness: Freshness;
}
