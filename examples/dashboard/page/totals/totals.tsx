import type { Measures } from "@headcount/core/contract";
import type { ReactNode } from "react";
import { formatMeasure, type Measure, measureNames } from "../../format/format-measure.ts";
import "./totals.css";

const shown: readonly Measure[] = [
  "views",
  "unique_visitors",
  "unique_accounts",
  "anonymous_visitors",
  "avg_time_on_page",
  "bounce_rate",
];

export interface TotalsProps {
  /** Undefined until they are known. */
  totals: Measures | undefined;
  /** Whether they are those of the range before. */
  stale: boolean;
}

/** The whole range in six numbers, everybody counted once. */
export function Totals({ totals, stale }: TotalsProps): ReactNode {
  return (
    <section aria-label="Totals" aria-busy={totals === undefined || stale}>
      <dl className="totals" data-stale={stale}>
        {shown.map((measure) => (
          <div key={measure} className="panel total">
            <dt>
              <span className={`mark mark-${measure}`} />
              {measureNames[measure]}
            </dt>
            <dd className="numbers">
              {totals === undefined ? (
                <span className="skeleton" />
              ) : (
                formatMeasure(measure, totals[measure])
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
