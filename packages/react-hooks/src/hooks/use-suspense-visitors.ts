import type { VisitorList } from "@headcount/core/contract";
import {
  type UseSuspenseInfiniteQueryOptions,
  type UseSuspenseInfiniteQueryResult,
  useSuspenseInfiniteQuery,
} from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsKey } from "../queries/analytics-key.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { VisitorPagesQuery } from "../queries/query-options.ts";
import type { VisitorPages } from "../queries/visitor-pages.ts";
import { type Live, livePagesInterval } from "./live-interval.ts";
import { useSelectPages } from "./use-select-pages.ts";

/** Options of TanStack Query for {@link useSuspenseVisitors}, and `live`. */
export interface UseSuspenseVisitorsOptions<Data = VisitorPages>
  extends Omit<
    UseSuspenseInfiniteQueryOptions<
      VisitorList,
      AnalyticsRequestError,
      Data,
      AnalyticsKey<VisitorPagesQuery>,
      string | undefined
    >,
    "queryKey" | "queryFn" | "initialPageParam" | "getNextPageParam" | "select"
  > {
  select?: ((visitors: VisitorPages) => Data) | undefined;
  /** Whether it asks again and again, while the tab is visible and four pages at most are listed. */
  live?: Live | undefined;
}

/**
 * {@link useVisitors} for components below a `<Suspense>` and an error boundary: there are always data. Change the
 * query in `startTransition` to keep what is shown until the next answer is there.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @throws {AnalyticsRequestError} to the error boundary, when there is no answer
 * @example
 * const { data } = useSuspenseVisitors({ entity_type: "listing", entity_id: "7", sort: "last_visit" });
 * data.visitors[0]?.display_name; //=> "Ada Lovelace"
 */
export function useSuspenseVisitors<Data = VisitorPages>(
  query: VisitorPagesQuery,
  { live, select, ...options }: UseSuspenseVisitorsOptions<Data> = {},
): UseSuspenseInfiniteQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useSuspenseVisitors");
  const shared = {
    ...queries.visitors(query),
    select: useSelectPages(select),
    refetchInterval: livePagesInterval(live, query),
  };
  return useSuspenseInfiniteQuery({ ...shared, ...options }, queryClient);
}
