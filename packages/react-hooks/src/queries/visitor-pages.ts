import type { Freshness, Visitor, VisitorList } from "@headcount/core/contract";
import type { InfiniteData } from "@tanstack/react-query";

/**
 * The visitors of all pages that were fetched so far, in their order, and what the pages have in common. `freshness`
 * is that of the least fresh page.
 */
export interface VisitorPages extends Omit<VisitorList, "data" | "next_cursor"> {
  visitors: Visitor[];
}

/** Joins the pages that TanStack Query keeps. */
export function joinVisitorPages({ pages }: InfiniteData<VisitorList>): VisitorPages {
  const [first] = pages;
  if (first === undefined) throw new Error("There is no page of visitors to join.");
  const { data: _, next_cursor: __, ...common } = first;
  return {
    ...common,
    visitors: pages.flatMap(({ data }) => data),
    freshness: pages.map(({ freshness }) => freshness).reduce(leastFresh),
  };
}

function leastFresh(one: Freshness, other: Freshness): Freshness {
  return {
    live: one.live && other.live,
    pending_changes: Math.max(one.pending_changes, other.pending_changes),
    folded_through: earliest(one.folded_through, other.folded_through),
  };
}

// null is what is not known; instants of one form are in the order of their texts
function earliest(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return null;
  return one < other ? one : other;
}
