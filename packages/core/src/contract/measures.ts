import * as z from "zod/mini";

const count = z.int();

/** The measures of a bucket or a range, for answers that have them beside other fields. */
export const measureFields = {
  views: count,
  unique_visitors: count,
  unique_accounts: count,
  anonymous_visitors: count,
  new_visitors: z.nullable(count),
  returning_visitors: z.nullable(count),
  new_accounts: z.nullable(count),
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
  /** How many of the visitors had never been here before; null for an hour. */
  new_visitors: number | null;
  /** The others: always `unique_visitors - new_visitors`; null for an hour. */
  returning_visitors: number | null;
  /** How many of the new visitors are accounts; null for an hour. */
  new_accounts: number | null;
  /** Seconds, over the views whose time is known; null when none is. */
  avg_time_on_page: number | null;
  /** Percent of the sessions that began here, with two decimals; null when none did. */
  bounce_rate: number | null;
}
