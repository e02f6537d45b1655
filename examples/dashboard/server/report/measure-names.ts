import type { Measure } from "@headcount/core/present";
import { en } from "@headcount/react-ui/messages";

/** What the measures are called: as on the page. */
export const measureNames: Readonly<Record<Measure, string>> = en.measures;

/** What percentage points are called. */
export const { points } = en.cards;

/** Those that have a card on the page: more do not fit side by side on paper. */
export const measures: readonly Measure[] = [
  "views",
  "unique_visitors",
  "unique_accounts",
  "anonymous_visitors",
  "avg_time_on_page",
  "bounce_rate",
];
