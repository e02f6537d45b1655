import { useTimeSeries } from "@headcount/react-hooks";
import type { ReactNode } from "react";
import { ChartPanel, type ChartPanelProps } from "../chart/chart-panel.tsx";
import { TroublePanel } from "../states/trouble-panel.tsx";
import { UpgradePanel } from "../states/upgrade-panel.tsx";
import { Totals } from "../totals/totals.tsx";
import { Visitors } from "../visitors/visitors.tsx";
import { EntityHeading } from "./entity-heading.tsx";
import { liveInterval } from "./live-interval.ts";
import { RangeBar } from "./range-bar.tsx";
import type { ViewChange, ViewState } from "./use-view-state.ts";

export interface EntityViewProps {
  entity: { entity_type: string; entity_id: string };
  /** Undefined when it is none of the owner's pages. */
  title: string | undefined;
  state: ViewState;
  plan: "free" | "pro";
  onChange: (change: ViewChange) => void;
}

/** One page's numbers: totals, a chart, and who viewed it. */
export function EntityView({ entity, title, state, plan, onChange }: EntityViewProps): ReactNode {
  const { choice, range, period, tab } = state;
  const query = { ...entity, ...range, period };
  const series = useTimeSeries(query, { refetchInterval: liveInterval });
  const { data, error, isPlaceholderData } = series;

  if (error?.reason === "forbidden" || error?.reason === "signed_out") {
    return <TroublePanel error={error} onRetry={() => void series.refetch()} />;
  }
  const needsUpgrade = error?.reason === "upgrade_needed";
  return (
    <div className="entity-view">
      <EntityHeading
        entity={entity}
        title={title}
        query={query}
        freshness={data?.freshness}
        isWaiting={error !== null}
      />
      <RangeBar plan={plan} choice={choice} range={range} period={period} onChange={onChange} />
      {needsUpgrade && (
        <UpgradePanel title="A longer look back comes with Pro">
          Free shows the last 30 days. Pro keeps every day since your page went up, by hour, day,
          week, month or year.
        </UpgradePanel>
      )}
      {!needsUpgrade && error !== null && data === undefined && (
        <TroublePanel error={error} onRetry={() => void series.refetch()} />
      )}
      {(error === null || data !== undefined) && (
        <Numbers
          series={data}
          stale={isPlaceholderData}
          tab={tab}
          onTab={(picked) => onChange({ tab: picked })}
        />
      )}
      {!needsUpgrade && <Visitors entity={entity} range={range} />}
    </div>
  );
}

function Numbers(props: ChartPanelProps): ReactNode {
  return (
    <>
      <Totals totals={props.series?.totals} stale={props.stale} />
      <ChartPanel {...props} />
    </>
  );
}
