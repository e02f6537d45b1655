import {
  formatMeasure,
  formatMeasureChange,
  formatRange,
  type Measure,
} from "@headcount/core/present";
import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { tabMeasures } from "../chart/chart-tab.ts";
import { Words } from "../controls/words.tsx";
import { ComparedWith } from "./compared-with.tsx";

const usual: readonly Measure[] = [
  "views",
  "unique_visitors",
  "new_visitors",
  "returning_visitors",
  "unique_accounts",
  "anonymous_visitors",
  "avg_time_on_page",
  "bounce_rate",
];

// what the chart shows in these colours
const drawn: readonly Measure[] = tabMeasures.visits;

// what a visitor who was forgotten changes by coming back
const newOrNot: ReadonlySet<Measure> = new Set([
  "new_visitors",
  "returning_visitors",
  "new_accounts",
]);

const waiting = <span className="headcount-skeleton" />;

export interface CardsProps {
  /**
   * Which measures have a card.
   *
   * @default all but the new accounts
   */
  measures?: readonly Measure[] | undefined;
}

/** The whole range in a few numbers, each visitor counted once; and what changed, where it is compared. */
export function Cards({ measures = usual }: CardsProps): ReactNode {
  const view = useAnalyticsView();
  const { series, isStale, state, messages, locale, classes, comparesWith } = view;
  if (state !== "shown") return null;
  const compared = series?.compare;
  const { points, forgotten } = messages.cards;
  const newSince = measures.some((one) => newOrNot.has(one)) ? series?.new_since : null;
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
                <Words label={messages.measures[measure]} short={messages.shortMeasures[measure]} />
              </dt>
              <dd>{value === undefined ? waiting : formatMeasure(measure, value, { locale })}</dd>
              {comparesWith !== undefined && (
                <dd className="headcount-note">
                  {series === undefined
                    ? waiting
                    : formatMeasureChange(compared?.change?.[measure], { locale, points })}
                </dd>
              )}
            </div>
          );
        })}
      </dl>
      {comparesWith !== undefined && (
        <ComparedWith compared={compared} dates={comparesWith} customization={view} />
      )}
      {newSince && (
        <p className="headcount-note">
          {forgotten(formatRange({ date_from: newSince, date_to: newSince }, { locale }))}
        </p>
      )}
    </section>
  );
}
