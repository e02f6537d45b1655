import type { ReactNode } from "react";
import { Analytics, type AnalyticsProps } from "./analytics/analytics.tsx";
import { Cards } from "./cards/cards.tsx";
import { Chart } from "./chart/chart.tsx";
import { ExportMenu } from "./export/export-menu.tsx";
import { RangePicker } from "./range-picker/range-picker.tsx";
import { VisitorList } from "./visitors/visitor-list.tsx";

export interface AnalyticsPanelProps extends Omit<AnalyticsProps, "children"> {
  /**
   * Whether the visitors are listed below the chart.
   *
   * @default true
   */
  visitors?: boolean | undefined;
}

/**
 * Who viewed an entity, how many and when, in one line: a range, totals, a chart, and the visitors.
 *
 * @example
 * <AnalyticsPanel entity={{ entity_type: "listing", entity_id: "7" }} compare live />;
 */
export function AnalyticsPanel({ visitors = true, ...props }: AnalyticsPanelProps): ReactNode {
  return (
    <Analytics {...props}>
      <div className="headcount-head">
        <RangePicker />
        <ExportMenu />
      </div>
      <Cards />
      <Chart />
      {visitors && <VisitorList />}
    </Analytics>
  );
}
