import type { Period } from "@headcount/core/contract";
import {
  type ChartPoint,
  formatBucket,
  formatMeasure,
  type Measure,
} from "@headcount/core/present";
import type { ReactNode } from "react";
import type { Customization } from "../analytics/customization.ts";
import { whyIncomplete } from "../words/why-incomplete.ts";

export interface ChartTipProps {
  point: ChartPoint;
  period: Period;
  measures: readonly Measure[];
  customization: Pick<Customization, "messages" | "locale">;
}

/** The numbers of one bucket. */
export function ChartTip({ point, period, measures, customization }: ChartTipProps): ReactNode {
  const { messages, locale } = customization;
  const reason = whyIncomplete(point, period, messages);
  return (
    <div className="headcount-tip">
      <strong>{formatBucket(point, { period, locale })}</strong>
      <ul>
        {toldOf(measures).map((measure) => (
          <li key={measure}>
            <span className={`headcount-mark headcount-${measure}`} />
            <span className="headcount-muted">{messages.measures[measure]}</span>
            <span>{formatMeasure(measure, point[measure], { locale })}</span>
          </li>
        ))}
      </ul>
      {reason !== undefined && <span className="headcount-muted">{reason}</span>}
    </div>
  );
}

/** The same in one sentence, for screen readers. */
export function describePoint({ point, period, measures, customization }: ChartTipProps): string {
  const { messages, locale } = customization;
  const numbers = toldOf(measures).map(
    (measure) =>
      `${messages.measures[measure]} ${formatMeasure(measure, point[measure], { locale })}`,
  );
  return [
    `${formatBucket(point, { period, locale })}: ${numbers.join(", ")}`,
    whyIncomplete(point, period, messages),
  ]
    .filter((text) => text !== undefined)
    .join(". ");
}

// who is not new has come before: that part of a bar has a number too
function toldOf(measures: readonly Measure[]): readonly Measure[] {
  return measures.includes("new_visitors") ? [...measures, "returning_visitors"] : measures;
}
