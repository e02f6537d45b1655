import type { Entity } from "@headcount/core/contract";
import { type UseVisitorsOptions, useVisitors, type VisitorPages } from "@headcount/react-hooks";
import type { CSSProperties, ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { useControlled } from "../analytics/use-controlled.ts";
import type { PageName } from "../pages-table/page-title.tsx";
import { TroublePanel, UpgradePanel } from "../states/state-panel.tsx";
import { MoreVisitors } from "./more-visitors.tsx";
import { NoVisitors } from "./no-visitors.tsx";
import { everyVisitor, type VisitorFilter } from "./visitor-filter.ts";
import { VisitorFilters } from "./visitor-filters.tsx";
import { VisitorRow } from "./visitor-row.tsx";

export interface VisitorListProps {
  /**
   * Whether the user's plan does not show who the visitors are: they are not asked for, and the upgrade is shown.
   *
   * @default false
   */
  locked?: boolean | undefined;
  /** The search, the kind and the order, for hosts that keep them: by default all, the last seen first. */
  filter?: VisitorFilter | undefined;
  onFilterChange?: ((filter: VisitorFilter) => void) | undefined;
  /** Of an owner's, a type's or the site's visitors: what the page of a visit is called, and where its numbers are. By default it is not said. */
  page?: ((entity: Entity) => PageName) | undefined;
  /** Beside the heading, for example a link to a spreadsheet. */
  actions?: ReactNode;
}

// room for a column more, between views and days
const pagesColumn = { "--_pages": "3.5em" } as CSSProperties;
const pageSize = 25;
const visitsShown = 10;

/** Who viewed it: searched, sorted, and longer when its end comes into view. */
export function VisitorList(props: VisitorListProps): ReactNode {
  const { locked = false, page, actions } = props;
  const view = useAnalyticsView();
  const { subject, range, series, state, messages, classes } = view;
  const [filter, setFilter] = useControlled(props.filter, everyVisitor, props.onFilterChange);
  const isShown = state === "shown" && !locked;
  const options: UseVisitorsOptions = { live: view.live };
  const visitors = useVisitors(
    isShown ? { ...subject, ...range, ...asQuery(filter) } : null,
    options,
  );
  const { data, error, isPlaceholderData } = visitors;

  if (state !== "shown") return null;
  if (locked || error?.reason === "upgrade_needed") {
    return <UpgradePanel about="visitors" customization={view} />;
  }
  // where the numbers are missing too, that is said once
  if (error !== null && data === undefined && series !== undefined) {
    return (
      <TroublePanel error={error} retry={() => void visitors.refetch()} customization={view} />
    );
  }
  return (
    <section
      className={classes("visitors")}
      aria-label={messages.visitors.title}
      aria-busy={data === undefined || isPlaceholderData}
      style={"level" in subject ? pagesColumn : {}}
    >
      <div className="headcount-head">
        <h2>{messages.visitors.title}</h2>
        {actions}
      </div>
      <VisitorFilters filter={filter} onChange={setFilter} />
      <Listed
        data={data}
        stale={isPlaceholderData}
        page={page}
        filter={filter}
        onReset={setFilter}
      />
      {visitors.hasNextPage && (
        <MoreVisitors
          className={classes("button")}
          isLoading={visitors.isFetchingNextPage}
          onMore={() => void visitors.fetchNextPage()}
        >
          {visitors.isFetchingNextPage ? messages.visitors.loading : messages.visitors.more}
        </MoreVisitors>
      )}
    </section>
  );
}

function asQuery({ search, kind, sort }: VisitorFilter) {
  return {
    sort,
    limit: pageSize,
    visits_limit: visitsShown,
    ...(kind === "all" ? {} : { kind }),
    ...(search === "" ? {} : { search }),
  };
}

interface ListedProps extends Pick<VisitorListProps, "page"> {
  data: VisitorPages | undefined;
  stale: boolean;
  filter: VisitorFilter;
  onReset: (filter: VisitorFilter) => void;
}

function Listed({ data, stale, page, filter, onReset }: ListedProps): ReactNode {
  const { subject, messages } = useAnalyticsView();
  if (data === undefined) {
    return (
      <div className="headcount-waiting">
        {[1, 2, 3, 4, 5, 6].map((row) => (
          <span key={row} className="headcount-skeleton" />
        ))}
      </div>
    );
  }
  if (data.visitors.length === 0) return <NoVisitors filter={filter} onReset={onReset} />;
  const { visitor, views, pages, days, time, lastSeen } = messages.visitors.columns;
  const isOfMany = "level" in subject;
  return (
    <>
      <div className="headcount-columns" aria-hidden="true">
        {[visitor, views, ...(isOfMany ? [pages] : []), days, time, lastSeen].map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      <ol className="headcount-rows" data-stale={stale}>
        {data.visitors.map((one) => (
          <VisitorRow key={one.account_id ?? one.ref} visitor={one} page={page} />
        ))}
      </ol>
    </>
  );
}
