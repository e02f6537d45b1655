import type { AnalyticsStatus } from "@headcount/core/contract";
import { useAnalyticsStatus } from "@headcount/react-hooks";
import {
  Analytics,
  type AnonymousBy,
  Cards,
  Chart,
  HeatMap,
  RangePicker,
  useAnalyticsView,
  VisitorList,
  WhereFrom,
} from "@headcount/react-ui";
import { lazy, type ReactNode, Suspense } from "react";
import { useRoute } from "wouter";
import { Icon } from "../controls/icon.tsx";
import { TroublePanel } from "../states/trouble-panel.tsx";
import { EntityHeading } from "./entity-heading.tsx";
import { exportAddress } from "./export-address.ts";
import { historyDays, slots } from "./plan.tsx";
import { Regulars } from "./regulars.tsx";
import { useTitle } from "./use-title.ts";
import { dimensions, type ViewState } from "./use-view-state.ts";

// nobody else needs it
const RechartsChart = lazy(async () => ({
  default: (await import("./recharts-chart.tsx")).RechartsChart,
}));

export interface EntityViewProps {
  entity: { entity_type: string; entity_id: string };
  /** Undefined when it is none of the owner's pages. */
  title: string | undefined;
  state: ViewState;
  plan: "free" | "pro";
  onChange: (change: Partial<ViewState>) => void;
}

/** One page's numbers, and who viewed it: the components of @headcount/react-ui in a layout of one's own. */
export function EntityView(props: EntityViewProps): ReactNode {
  const { entity, title = "This page", state, plan, onChange } = props;
  useTitle(title);
  // a line is there from the beginning, so that nothing moves when it is known
  const { data: anonymousBy = "visitor_id" } = useAnalyticsStatus({ select: anonymousByMost });
  return (
    <Analytics
      entity={entity}
      range={state.range}
      onRangeChange={(range) => onChange({ range })}
      period={state.period}
      onPeriodChange={(period) => onChange({ period })}
      historyDays={historyDays[plan]}
      slots={slots}
      // the routes refuse it on Free, which shows nothing that was before
      compare={plan === "pro"}
      // a view in another tab shows within 5 seconds
      live={3_000}
      anonymousBy={anonymousBy}
      classNames={{ hereNow: "badge screen-only" }}
    >
      <Shown {...props} title={title} />
    </Analytics>
  );
}

function Shown({ entity, title, state, plan, onChange }: EntityViewProps): ReactNode {
  const view = useAnalyticsView();
  const [isRecharts] = useRoute("/recharts");
  if (view.state === "refused" && view.error !== null) {
    return <TroublePanel alone error={view.error} retry={view.retry} />;
  }
  const { filter } = state;
  const visitorsCsv = exportAddress("visitors.csv", {
    ...entity,
    ...view.range,
    ...filter,
    kind: filter.kind === "all" ? "" : filter.kind,
    for: "excel",
  });
  return (
    <>
      <EntityHeading entity={entity} title={title ?? ""} />
      <RangePicker />
      <Cards />
      {isRecharts ? (
        <Suspense>
          <RechartsChart />
        </Suspense>
      ) : (
        <Chart tab={state.tab} onTabChange={(tab) => onChange({ tab })} />
      )}
      <Regulars />
      <WhereFrom
        dimensions={dimensions}
        breakdown={state.breakdown}
        onBreakdownChange={(breakdown) => onChange({ breakdown })}
      />
      <HeatMap />
      <VisitorList
        locked={plan === "free"}
        filter={filter}
        onFilterChange={(changed) => onChange({ filter: changed })}
        actions={
          <a className="button screen-only" href={visitorsCsv} download>
            <Icon name="download" />
            CSV
          </a>
        }
      />
    </>
  );
}

// A host knows it, since it sets `visitorDays` and `visitor`; these page views come from a generator.
function anonymousByMost({ visitors }: AnalyticsStatus): AnonymousBy {
  return (visitors.by_visitor_id ?? 0) >= (visitors.by_session ?? 0) ? "visitor_id" : "session";
}
