import * as z from "zod/mini";

const count = z.int();

/** The measures of a bucket or a range, for answers that have them beside other fields. */
export const measureFields = {
  views: count,
  unique_visitors: count,
  unique_accounts: count,
  anonymous_visitors: count,
  avg_time_on_page: z.nullable(z.number()),
  bounce_rate: z.nullable(z.number()),
};

export const measures = z.object(measureFields);

/** What is measured in each bucket and over a whole range. */
export interface Measures {
  /** How many page views. */
  views: number;
  /** How many visitors, each counted once: always `unique_accounts + anonymous_visitors`. */
  unique_visitors: number;
  /** How many of them are accounts. */
  unique_accounts: number;
  /** How many of them are known by their session only. */
  anonymous_visitors: number;
  /** Seconds, over the views whose time is known; null when none is. */
  avg_time_on_page: number | null;
  /** Percent of the sessions that began here, with two decimals; null when none did. */
  bounce_rate: number | null;
}
