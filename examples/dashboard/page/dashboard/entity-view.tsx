import { addDays, todayIn } from "@headcount/core/present";
import { useTimeSeries } from "@headcount/react-hooks";
import { useQueryClient } from "@tanstack/react-query";
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
export function EntityView({ entity, title, state, plan, onChange }: EntityViewProps): ReactNode {
  const { choice, range, period, tab } = state;
  const query = { ...entity, ...range, period };
  // what Free does not show is not asked for; the server would refuse it
  const isLocked =
    plan === "free" && range.date_from < addDays(todayIn(reportingZone), 1 - freeDays);
  const series = useTimeSeries(isLocked ? null : query, { live: liveMs });
  const { data, error, isPlaceholderData } = series;
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
      {!isLocked && !hasFailed && (
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
            filter={state.filter}
            onFilter={(filter) => onChange({ filter })}
            liveMs={liveMs}
            onRetry={retry}
          />
        </>
      )}
    </div>
  );
}
