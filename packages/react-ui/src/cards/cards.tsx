import { formatMeasure, type Measure } from "@headcount/core/present";
import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { tabMeasures } from "../chart/chart-tab.ts";

const every: readonly Measure[] = [
  "views",
  "unique_visitors",
  "unique_accounts",
  "anonymous_visitors",
  "avg_time_on_page",
  "bounce_rate",
];

// what the chart shows in these colours
const drawn: readonly Measure[] = tabMeasures.visits;

export interface CardsProps {
  /**
   * Which measures have a card.
   *
   * @default all six
   */
  measures?: readonly Measure[] | undefined;
}

/** The whole range in a few numbers, each visitor counted once. */
export function Cards({ measures = every }: CardsProps): ReactNode {
  const { series, isStale, state, messages, locale, classes } = useAnalyticsView();
  if (state !== "shown") return null;
  return (
    <section aria-label={messages.cards.label} aria-busy={series === undefined || isStale}>
      <dl className={classes("cards")} data-stale={isStale}>
        {measures.map((measure) => {
          const value = series?.totals[measure];
          return (
            <div key={measure} className={classes("card")}>
              <dt>
                {drawn.includes(measure) && (
                  <span className={`headcount-mark headcount-${measure}`} />
                )}
                {messages.measures[measure]}
              </dt>
              <dd>
                {value === undefined ? (
                  <span className="headcount-skeleton" />
                ) : (
                  formatMeasure(measure, value, { locale })
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
