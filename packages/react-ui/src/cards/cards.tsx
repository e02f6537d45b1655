import type { ComparedSeries } from "@headcount/core/contract";
import { type DateRange, formatMeasure, formatRange, type Measure } from "@headcount/core/present";
import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { tabMeasures } from "../chart/chart-tab.ts";
import { writeChange } from "./write-change.ts";

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

/** The whole range in a few numbers, each visitor counted once; and what changed, where it is compared. */
export function Cards({ measures = every }: CardsProps): ReactNode {
  const view = useAnalyticsView();
  const { series, isStale, state, messages, locale, classes, comparesWith } = view;
  if (state !== "shown") return null;
  const compared = series?.compare ?? undefined;
  const dates =
    comparesWith && formatRange(compared ? comparedDates(compared) : comparesWith, { locale });
  return (
    <section aria-label={messages.cards.label} aria-busy={series === undefined || isStale}>
      <dl className={classes("cards")} data-stale={isStale}>
        {measures.map((measure) => {
          const value = series?.totals[measure];
          const change = compared?.change?.[measure];
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
              {comparesWith !== undefined && (
                <dd className="headcount-change headcount-muted">
                  {series === undefined ? (
                    <span className="headcount-skeleton" />
                  ) : (
                    writeChange(change ?? nothingToTell, view)
                  )}
                </dd>
              )}
            </div>
          );
        })}
      </dl>
      {dates !== undefined && (
        <p className="headcount-muted headcount-compared">
          {compared?.before_first_view === true
            ? messages.cards.nothingBefore(dates)
            : messages.cards.comparedWith(dates, (compared?.through ?? null) !== null)}
        </p>
      )}
    </section>
  );
}

const nothingToTell = { current: null, previous: null, absolute: null, percent: null };

// as far as it is compared: the day that stands where today stands is its last one
function comparedDates({ date_from, date_to, through }: ComparedSeries): DateRange {
  return { date_from, date_to: through?.date ?? date_to };
}
