import {
  Analytics,
  Cards,
  Chart,
  RangePicker,
  type Slots,
  useAnalyticsView,
  VisitorList,
} from "@headcount/react-ui";
import type { ReactNode } from "react";
import { Icon } from "../controls/icon.tsx";
import { TroublePanel } from "../states/trouble-panel.tsx";
import { UpgradePanel } from "../states/upgrade-panel.tsx";
import { EntityHeading } from "./entity-heading.tsx";
import { exportAddress } from "./export-address.ts";
import { useTitle } from "./use-title.ts";
import type { ViewState } from "./use-view-state.ts";

// what a plan shows; the server checks it
const historyDays = { free: 30, pro: undefined } as const;
const slots: Slots = {
  upgrade: (about) => <UpgradePanel about={about} />,
  trouble: (trouble) => <TroublePanel {...trouble} />,
};

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
    >
      <Shown {...props} title={title} />
    </Analytics>
  );
}

function Shown({ entity, title, state, plan, onChange }: EntityViewProps): ReactNode {
  const view = useAnalyticsView();
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
      <Chart tab={state.tab} onTabChange={(tab) => onChange({ tab })} />
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
