import type { Period } from "@headcount/core/contract";
import type { ReactNode } from "react";
import { formatBucket } from "../../format/format-date.ts";
import { formatMeasure, type Measure, measureNames } from "../../format/format-measure.ts";
import type { ChartPoint } from "./chart-points.ts";

export interface ChartTipProps {
  /** Undefined while none is pointed at. */
  point: ChartPoint | undefined;
  period: Period;
  measures: readonly Measure[];
}

/** The numbers of the bucket that the pointer or the arrow keys are at; read out when it changes. */
export function ChartTip({ point, period, measures }: ChartTipProps): ReactNode {
  if (point === undefined) return null;
  const { bucket } = point;
  return (
    <div className="chart-tip" role="status">
      <strong>{formatBucket(bucket, period, "full")}</strong>
      <ul className="numbers">
        {measures.map((measure) => (
          <li key={measure}>
            <span className={`mark mark-${measure}`} />
            <span className="muted">{measureNames[measure]}</span>
            <span>{formatMeasure(measure, bucket[measure])}</span>
          </li>
        ))}
      </ul>
      {bucket.partial && <span className="muted">In part: cut, or not over yet</span>}
    </div>
  );
}
