import type { Visitor } from "@headcount/core/contract";
import type { ReactNode } from "react";
import type { VisitorFilter } from "../dashboard/use-view-state.ts";
import { MoreVisitors } from "./more-visitors.tsx";
import { VisitorRow } from "./visitor-row.tsx";

export interface VisitorListProps {
  /** Undefined until they are known. */
  visitors: readonly Visitor[] | undefined;
  /** Whether they are those of the question before. */
  stale: boolean;
  hasMore: boolean;
  isLoadingMore: boolean;
  onMore: () => void;
  filter: VisitorFilter;
  /** Lists all visitors again. */
  onReset: () => void;
}

/** The visitors, one row each; further ones come when the end is near. */
export function VisitorList(props: VisitorListProps): ReactNode {
  const { visitors, stale, hasMore, isLoadingMore, onMore } = props;
  if (visitors === undefined) return <VisitorSkeletons />;
  if (visitors.length === 0) return <NoVisitors {...props} />;
  return (
    <>
      <div className="visitor-columns" aria-hidden="true">
        <span>Visitor</span>
        <span>Views</span>
        <span>Days</span>
        <span>Avg. time</span>
        <span>Last seen</span>
      </div>
      <ol className="visitor-list" data-stale={stale}>
        {visitors.map((visitor) => (
          <VisitorRow key={visitor.account_id ?? visitor.session_id} visitor={visitor} />
        ))}
      </ol>
      {hasMore && <MoreVisitors isLoading={isLoadingMore} onMore={onMore} />}
    </>
  );
}

function NoVisitors({ filter, onReset }: VisitorListProps): ReactNode {
  const { search, kind } = filter;
  if (search === "" && kind === "all") {
    return (
      <div className="visitors-none">
        <strong>No visitors in this period</strong>
        <p className="muted">Try a longer range, or share your page.</p>
      </div>
    );
  }
  return (
    <div className="visitors-none">
      <strong>
        {search === "" ? "No visitors match your filters" : `No visitors match “${search}”`}
      </strong>
      <p className="muted">
        {search === "" ? "Try a longer range." : "Search finds signed-in visitors only."}
      </p>
      <button type="button" className="button screen-only" onClick={onReset}>
        Clear filters
      </button>
    </div>
  );
}

function VisitorSkeletons(): ReactNode {
  return (
    <div className="visitor-skeletons">
      {Array.from({ length: 6 }, (_, index) => (
        <span key={index} className="skeleton" />
      ))}
    </div>
  );
}
