import type { VisitorList } from "@headcount/core/contract";
import type { InfiniteData } from "@tanstack/react-query";
import { useCallback } from "react";
import { joinVisitorPages, type VisitorPages } from "../queries/visitor-pages.ts";

/** What the caller's `select` makes of the visitors of all pages; the visitors themselves where there is none. */
export function useSelectPages<Data>(
  select: ((visitors: VisitorPages) => Data) | undefined,
): (pages: InfiniteData<VisitorList>) => Data {
  return useCallback(
    (pages) => {
      const visitors = joinVisitorPages(pages);
      // without a select, Data is what it is by default
      return select === undefined ? (visitors as Data) : select(visitors);
    },
    [select],
  );
}
