import type { TimeSeries } from "@headcount/core/contract";
import { addDays, todayIn } from "@headcount/core/present";
import { type AnalyticsRequestError, useTimeSeries } from "@headcount/react-hooks";
import { type UseQueryResult, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ChartPanel } from "../chart/chart-panel.tsx";
import { TroublePanel } from "../states/trouble-panel.tsx";
import { UpgradePanel } from "../states/upgrade-panel.tsx";
import { Totals } from "../totals/totals.tsx";
import { Visitors } from "../visitors/visitors.tsx";
import { EntityHeading } from "./entity-heading.tsx";
import { RangeBar } from "./range-bar.tsx";
import { freeDays, reportingZone } from "./ranges.ts";
import { useTitle } from "./use-title.ts";
import type { ViewChange, ViewState } from "./use-view-state.ts";

// a view in another tab shows within 5 seconds
const liveMs = 3_000;

export interface EntityViewProps {
  entity: { entity_type: string; entity_id: string };
  /** Undefined when it is none of the owner's pages. */
  title: string | undefined;
  state: ViewState;
  plan: "free" | "pro";
  onChange: (change: ViewChange) => void;
}

/** One page's numbers: totals, a chart, and who viewed it. */
export function EntityView(props: EntityViewProps): ReactNode {
  const { entity, title, state, plan, onChange } = props;
  const { choice, range, period } = state;
  const query = { ...entity, ...range, period };
  // what Free does not show is not asked for; the server would refuse it
  const isLocked =
    plan === "free" && range.date_from < addDays(todayIn(reportingZone), 1 - freeDays);
  const series = useTimeSeries(isLocked ? null : query, { live: liveMs });
  const { data, error } = series;
  const queryClient = useQueryClient();
  const retry = (): void => {
    void queryClient.refetchQueries({ queryKey: ["analytics"], type: "active" });
  };
  useTitle(title ?? "This page");

  if (error?.reason === "forbidden" || error?.reason === "signed_out") {
    return <TroublePanel alone error={error} onRetry={retry} />;
  }
  const hasFailed = error !== null && data === undefined;
  return (
    <div className="entity-view">
      <EntityHeading
        entity={entity}
        title={title}
        query={query}
        freshness={data?.freshness}
        canExport={!isLocked && !hasFailed}
        isWaiting={error !== null}
      />
      <RangeBar
        plan={plan}
        choice={choice}
        range={range}
        onRange={(picked) => onChange({ range: picked })}
      />
      {isLocked && (
        <UpgradePanel title="See your full history with Pro">
          The Free plan shows the last {freeDays} days. Pro shows every day since your page went
          live: by hour, day, week, month or year.
        </UpgradePanel>
      )}
      {hasFailed && <TroublePanel error={error} onRetry={retry} />}
      {!isLocked && !hasFailed && <Stats {...props} series={series} onRetry={retry} />}
    </div>
  );
}

interface StatsProps extends EntityViewProps {
  series: UseQueryResult<TimeSeries, AnalyticsRequestError>;
  onRetry: () => void;
}

function Stats({ entity, state, plan, onChange, series, onRetry }: StatsProps): ReactNode {
  const { range, period, tab, filter } = state;
  const { data, isPlaceholderData } = series;
  return (
    <>
      <Totals totals={data?.totals} stale={isPlaceholderData} />
      <ChartPanel
        series={data}
        stale={isPlaceholderData}
        tab={tab}
        onTab={(picked) => onChange({ tab: picked })}
        range={range}
        period={period}
        onPeriod={(picked) => onChange({ period: picked })}
      />
      <Visitors
        entity={entity}
        range={range}
        plan={plan}
        filter={filter}
        onFilter={(changed) => onChange({ filter: changed })}
        liveMs={liveMs}
        onRetry={onRetry}
      />
    </>
  );
}
