import type { Period } from "@headcount/core/contract";
import {
  type ChartPoint,
  formatBucket,
  formatMeasure,
  type Measure,
} from "@headcount/core/present";
import type { ReactNode } from "react";
import { measureNames, whyIncomplete } from "../../format/words.ts";

export interface ChartTipProps {
  point: ChartPoint;
  period: Period;
  measures: readonly Measure[];
}

/** The numbers of one bucket. */
export function ChartTip({ point, period, measures }: ChartTipProps): ReactNode {
  const reason = whyIncomplete(point, period);
  return (
    <div className="chart-tip">
      <strong>{formatBucket(point, { period })}</strong>
      <ul className="numbers">
        {measures.map((measure) => (
          <li key={measure}>
            <span className={`mark mark-${measure}`} />
            <span className="muted">{measureNames[measure]}</span>
            <span>{formatMeasure(measure, point[measure])}</span>
          </li>
        ))}
      </ul>
      {reason !== undefined && <span className="muted">{reason}</span>}
    </div>
  );
}

/** The same in one sentence, for those who listen. */
export function describePoint({ point, period, measures }: ChartTipProps): string {
  const numbers = measures.map(
    (measure) => `${measureNames[measure]} ${formatMeasure(measure, point[measure])}`,
  );
  return [`${formatBucket(point, { period })}: ${numbers.join(", ")}`, whyIncomplete(point, period)]
    .filter((text) => text !== undefined)
    .join(". ");
}
