import type { ReactNode } from "react";
import { Analytics } from "./analytics/analytics.tsx";
import type { ViewOptions } from "./analytics/use-view.ts";
import { Cards } from "./cards/cards.tsx";
import { Chart } from "./chart/chart.tsx";
import { ExportMenu } from "./export/export-menu.tsx";
import { HeatMap } from "./heat-map/heat-map.tsx";
import { HereNow } from "./here-now/here-now.tsx";
import { RangePicker } from "./range-picker/range-picker.tsx";
import { VisitorList, type VisitorListProps } from "./visitors/visitor-list.tsx";
import { WhereFrom } from "./where-from/where-from.tsx";

export type AnalyticsPanelProps = ViewOptions &
  Pick<VisitorListProps, "page"> & {
    /**
     * Whether the visitors are listed below.
     *
     * @default true
     */
    visitors?: boolean | undefined;
  };

/**
 * Who viewed an entity, or all `of` an owner, a type or the site: how many, when and where from, in one line: a range, totals, a chart, the
 * sources, the hours of the week, and the visitors; with `live`, who is here now.
 *
 * @example
 * <AnalyticsPanel entity={{ entity_type: "listing", entity_id: "7" }} compare live />;
 */
export function AnalyticsPanel({
  visitors = true,
  page,
  ...props
}: AnalyticsPanelProps): ReactNode {
  return (
    <Analytics {...props}>
      <div className="headcount-head">
        <RangePicker />
        {props.live !== undefined && props.live !== false && <HereNow />}
        <ExportMenu />
      </div>
      <Cards />
      <Chart />
      <WhereFrom />
      <HeatMap />
      {visitors && <VisitorList page={page} />}
    </Analytics>
  );
}
