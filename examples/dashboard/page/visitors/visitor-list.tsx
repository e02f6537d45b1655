import type { Visitor } from "@headcount/core/contract";
import type { ReactNode } from "react";
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
  isFiltered: boolean;
  /** Lists everybody again. */
  onReset: () => void;
}

/** The visitors, one row each; further ones come when the end is near. */
export function VisitorList(props: VisitorListProps): ReactNode {
  const { visitors, stale, hasMore, isLoadingMore, onMore, isFiltered, onReset } = props;
  if (visitors === undefined) return <VisitorSkeletons />;
  if (visitors.length === 0) {
    return (
      <div className="visitors-none">
        <strong>{isFiltered ? "Nobody found" : "Nobody yet"}</strong>
        <p className="muted">
          {isFiltered
            ? "In this range there is no such visitor. Only accounts have names."
            : "In this range nobody viewed the page."}
        </p>
        {isFiltered && (
          <button type="button" className="button screen-only" onClick={onReset}>
            Show everybody
          </button>
        )}
      </div>
    );
  }
  return (
    <>
      <div className="visitor-columns" aria-hidden="true">
        <span>Visitor</span>
        <span>Views</span>
        <span>Days</span>
        <span>Time on page</span>
        <span>Latest visit</span>
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

function VisitorSkeletons(): ReactNode {
  return (
    <div className="visitor-skeletons">
      {Array.from({ length: 6 }, (_, index) => (
        <span key={index} className="skeleton" />
      ))}
    </div>
  );
}
