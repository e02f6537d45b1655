import { useVisitors } from "@headcount/react-hooks";
import { type ReactNode, useState } from "react";
import { Icon } from "../controls/icon.tsx";
import { exportAddress } from "../dashboard/export-address.ts";
import { liveInterval } from "../dashboard/live-interval.ts";
import type { DateRange } from "../dashboard/ranges.ts";
import { TroublePanel } from "../states/trouble-panel.tsx";
import { UpgradePanel } from "../states/upgrade-panel.tsx";
import { useDebounced } from "./use-debounced.ts";
import { everybody } from "./visitor-filter.ts";
import { VisitorFilters } from "./visitor-filters.tsx";
import { VisitorList } from "./visitor-list.tsx";
import "./visitors.css";

export interface VisitorsProps {
  entity: { entity_type: string; entity_id: string };
  range: DateRange;
}

const debounce = 250;
// asking again asks for every page that is listed: a long list is one that somebody reads
const mostLivePages = 4;

/** Who viewed the page, or, on Free, that Pro tells. */
export function Visitors({ entity, range }: VisitorsProps): ReactNode {
  const [filter, setFilter] = useState(everybody);
  const { kind, sort } = filter;
  const search = useDebounced(filter.search.trim(), debounce);
  const query = {
    ...entity,
    ...range,
    sort,
    ...(kind === "all" ? {} : { kind }),
    ...(search === "" ? {} : { search }),
  };
  const visitors = useVisitors(
    { ...query, limit: 25, visits_limit: 10 },
    {
      refetchInterval: (asked) =>
        (asked.state.data?.pages.length ?? 0) <= mostLivePages && liveInterval(asked),
    },
  );
  const { error } = visitors;

  if (error?.reason === "upgrade_needed") {
    return (
      <UpgradePanel title="See who viewed this page">
        Pro names the people behind the numbers: who came, how often, for how long, and from where.
        Search them, sort them, and take them along as a spreadsheet.
      </UpgradePanel>
    );
  }
  if (error !== null && visitors.data === undefined) {
    return <TroublePanel error={error} onRetry={() => void visitors.refetch()} />;
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
      <VisitorFilters filter={filter} onChange={setFilter} />
      <VisitorList
        visitors={visitors.data?.visitors}
        stale={visitors.isPlaceholderData}
        hasMore={visitors.hasNextPage}
        isLoadingMore={visitors.isFetchingNextPage}
        onMore={() => void visitors.fetchNextPage()}
        isFiltered={search !== "" || kind !== "all"}
        onReset={() => setFilter(everybody)}
      />
    </section>
  );
}
