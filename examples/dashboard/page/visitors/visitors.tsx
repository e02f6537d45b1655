import type { DateRange } from "@headcount/core/present";
import { useVisitors } from "@headcount/react-hooks";
import type { ReactNode } from "react";
import { Icon } from "../controls/icon.tsx";
import { exportAddress } from "../dashboard/export-address.ts";
import type { VisitorFilter } from "../dashboard/use-view-state.ts";
import { TroublePanel } from "../states/trouble-panel.tsx";
import { UpgradePanel } from "../states/upgrade-panel.tsx";
import { VisitorFilters } from "./visitor-filters.tsx";
import { VisitorList } from "./visitor-list.tsx";
import "./visitors.css";

export interface VisitorsProps {
  entity: { entity_type: string; entity_id: string };
  range: DateRange;
  plan: "free" | "pro";
  filter: VisitorFilter;
  onFilter: (filter: VisitorFilter) => void;
  liveMs: number;
  onRetry: () => void;
}

/** Who viewed the page, or, on Free, that Pro shows it. */
export function Visitors(props: VisitorsProps): ReactNode {
  const { entity, range, plan, filter, onFilter, liveMs, onRetry } = props;
  const { kind, sort, search } = filter;
  const query = {
    ...entity,
    ...range,
    sort,
    ...(kind === "all" ? {} : { kind }),
    ...(search === "" ? {} : { search }),
  };
  const isLocked = plan === "free";
  const visitors = useVisitors(isLocked ? null : { ...query, limit: 25, visits_limit: 10 }, {
    live: liveMs,
  });
  const { error } = visitors;

  if (isLocked || error?.reason === "upgrade_needed") {
    return (
      <UpgradePanel title="See who viewed your page with Pro">
        Names, visits, time on page and where people came from. Search, sort and export them.
      </UpgradePanel>
    );
  }
  if (error !== null && visitors.data === undefined) {
    return <TroublePanel error={error} onRetry={onRetry} />;
  }
  return (
    <section className="panel visitors" aria-label="Visitors" aria-busy={visitors.isPending}>
      <div className="visitors-head">
        <h2>Visitors</h2>
        <a
          className="button screen-only"
          href={exportAddress("visitors.csv", { ...query, for: "excel" })}
          download
        >
          <Icon name="download" />
          CSV
        </a>
      </div>
      <VisitorFilters filter={filter} onChange={onFilter} />
      <VisitorList
        visitors={visitors.data?.visitors}
        stale={visitors.isPlaceholderData}
        hasMore={visitors.hasNextPage}
        isLoadingMore={visitors.isFetchingNextPage}
        onMore={() => void visitors.fetchNextPage()}
        filter={filter}
        onReset={() => onFilter({ ...filter, search: "", kind: "all" })}
      />
    </section>
  );
}
