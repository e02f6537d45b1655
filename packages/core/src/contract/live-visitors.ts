import * as z from "zod/mini";
import type { Entity } from "./entity.ts";
import { entityResultFields } from "./entity-result-fields.ts";
import { instant } from "./instant.ts";

const count = z.int();

/** Who is looking at an entity now. */
export interface LiveVisitorsOfEntity extends Entity {
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
      ...entityResultFields,
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
  /** A row for each entity, in the order asked for. */
  data: LiveVisitorsOfEntity[];
  /** How long a view counts after it began. */
  minutes: number;
  /** Views that began from then on count: ISO 8601, UTC, by the clock of the database. */
  since: string;
  /** Until then: the moment of the answer. */
  until: string;
}
