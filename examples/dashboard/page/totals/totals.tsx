import type { Measures } from "@headcount/core/contract";
import { formatMeasure } from "@headcount/core/present";
import type { ReactNode } from "react";
import { measureNames, measures } from "../../format/words.ts";
import "./totals.css";

export interface TotalsProps {
  /** Undefined until they are known. */
  totals: Measures | undefined;
  /** Whether they are those of the range before. */
  stale: boolean;
}

/** The whole range in six numbers, each visitor counted once. */
export function Totals({ totals, stale }: TotalsProps): ReactNode {
  return (
    <section aria-label="Totals" aria-busy={totals === undefined || stale}>
      <dl className="totals" data-stale={stale}>
        {measures.map((measure) => (
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
