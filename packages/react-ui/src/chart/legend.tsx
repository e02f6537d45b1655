import type { TimeSeries } from "@headcount/core/contract";
import { chartPoints } from "@headcount/core/present";
import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { type ChartTab, tabMeasures } from "./chart-tab.ts";

export interface LegendProps {
  tab: ChartTab;
  /** Undefined until it is known. */
  series: TimeSeries | undefined;
}

/** What the colours mean, and what is hatched, or in lines dotted. */
export function Legend({ tab, series }: LegendProps): ReactNode {
  const { messages } = useAnalyticsView();
  const hasIncomplete =
    series !== undefined && chartPoints(series).some(({ incomplete }) => incomplete !== null);
  return (
    <ul className="headcount-legend" aria-label={messages.chart.legend}>
      {tabMeasures[tab].map((measure) => (
        <li key={measure}>
          <span className={`headcount-mark headcount-${measure}`} />
          {messages.measures[measure]}
        </li>
      ))}
      {/* its room is kept until there is an answer, so that nothing moves then */}
      <li style={{ visibility: hasIncomplete ? "visible" : "hidden" }}>
        <span className="headcount-hatched" />
        {messages.chart.incomplete}
      </li>
    </ul>
  );
}
