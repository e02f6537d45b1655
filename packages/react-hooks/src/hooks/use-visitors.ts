import type { VisitorList } from "@headcount/core/contract";
import {
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsKey } from "../queries/analytics-key.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { VisitorPagesQuery } from "../queries/query-options.ts";
import type { VisitorPages } from "../queries/visitor-pages.ts";
import { keepPreviousAnswer } from "./keep-previous-answer.ts";

/** Options of TanStack Query for {@link useVisitors}. */
export type UseVisitorsOptions = Omit<
  UseInfiniteQueryOptions<
    VisitorList,
    AnalyticsRequestError,
    VisitorPages,
    AnalyticsKey<VisitorPagesQuery>,
    string | undefined
  >,
  "queryKey" | "queryFn" | "initialPageParam" | "getNextPageParam" | "select"
>;

/**
 * Who viewed an entity, page by page: `data.visitors` are those of all pages so far, `fetchNextPage` appends the next
 * while `hasNextPage`. While the range or the search changes, the visitors before stay, and `isPlaceholderData` says so.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * const { data, hasNextPage, fetchNextPage } = useVisitors({ entity_type: "listing", entity_id: "7", search: "ada" });
 * data?.visitors[0]?.display_name; //=> "Ada Lovelace"
 */
export function useVisitors(
  query: VisitorPagesQuery,
  options?: UseVisitorsOptions,
): UseInfiniteQueryResult<VisitorPages, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useVisitors");
  const question = queries.visitors(query);
  const placeholderData = keepPreviousAnswer(question.queryKey);
  return useInfiniteQuery({ placeholderData, ...question, ...options }, queryClient);
}
