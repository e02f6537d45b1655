import * as z from "zod/mini";
import { entityResultFields } from "./entity-result-fields.ts";
import { freshness } from "./freshness.ts";
import { instant } from "./instant.ts";

const visit = z.object({ viewed_at: instant, referrer_url: z.nullable(z.string()) });

const visitor = z.object({
  account_id: z.nullable(z.string()),
  session_id: z.nullable(z.string()),
  username: z.nullable(z.string()),
  display_name: z.string(),
  visit_count: z.int(),
  days_visited: z.int(),
  first_visit: instant,
  last_visit: instant,
  avg_time_on_page: z.nullable(z.number()),
  visits: z.array(visit),
});

/** One page view of a visitor. */
export type Visit = z.infer<typeof visit>;

/**
 * One visitor in the range asked for: an account, or one anonymous session. `visits` are the latest page views,
 * newest first; `avg_time_on_page` is in seconds, null when no time is known.
 */
export type Visitor = z.infer<typeof visitor>;

/** The answer: one page of visitors. */
export const visitorList = z.object({
  ...entityResultFields,
  date_from: z.nullable(z.iso.date()),
  date_to: z.nullable(z.iso.date()),
  next_cursor: z.nullable(z.string()),
  data: z.array(visitor),
  freshness,
});

/** What {@link AnalyticsClient.getVisitors} answers. `next_cursor` is null on the last page. */
export type VisitorList = z.infer<typeof visitorList>;
