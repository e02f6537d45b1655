import * as z from "zod/mini";

const count = z.int();

/**
 * What is measured in each bucket and over a whole range.
 *
 * `unique_visitors` is always `unique_accounts + anonymous_visitors`. `avg_time_on_page` is in seconds, over the
 * views whose time is known, and `bounce_rate` in percent; each is null when there is nothing to tell it from.
 */
export const measureFields = {
  views: count,
  unique_visitors: count,
  unique_accounts: count,
  anonymous_visitors: count,
  avg_time_on_page: z.nullable(z.number()),
  bounce_rate: z.nullable(z.number()),
};

export const measures = z.object(measureFields);

export type Measures = z.infer<typeof measures>;
