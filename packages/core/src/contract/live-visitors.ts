import * as z from "zod/mini";
import { instant } from "./instant.ts";
import { type SubjectResult, subjectResultFields } from "./subject.ts";

const count = z.int();

/** Who is looking at an entity now, or at all that an owner has, at a type or at the site. */
export interface LiveVisitorsOfSubject extends SubjectResult {
  /** How many views began in these minutes. */
  views: number;
  /** How many visitors, each counted once: always `unique_accounts + anonymous_visitors`. */
  unique_visitors: number;
  unique_accounts: number;
  anonymous_visitors: number;
}

/** The answer: who is looking now. */
export const liveVisitors = z.object({
  data: z.array(
    z.object({
      ...subjectResultFields,
      views: count,
      unique_visitors: count,
      unique_accounts: count,
      anonymous_visitors: count,
    }),
  ),
  minutes: count,
  since: instant,
  until: instant,
});

/** What {@link AnalyticsClient.getLive} answers. */
export interface LiveVisitors {
  /** A row for each entity, in the order asked for; one for a wider level. */
  data: LiveVisitorsOfSubject[];
  /** How long a view counts after it began. */
  minutes: number;
  /** Views that began from then on count: ISO 8601, UTC, by the clock of the database. */
  since: string;
  /** Until then: the moment of the answer. */
  until: string;
}
