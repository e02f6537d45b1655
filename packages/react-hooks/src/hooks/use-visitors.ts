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
import { type Asked, isAsked, notAsked, nothing } from "./asked.ts";
import { keepPreviousAnswer } from "./keep-previous-answer.ts";
import { type Live, livePagesInterval } from "./live-interval.ts";
import { useRestedSearch } from "./use-rested-search.ts";
import { useSelectPages } from "./use-select-pages.ts";

/** Options of TanStack Query for {@link useVisitors}, and `live`; `Data` is what `select` makes of the visitors. */
export interface UseVisitorsOptions<Data = VisitorPages>
  extends Omit<
    UseInfiniteQueryOptions<
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
  /**
   * For how many milliseconds the writing has to pause before a `search` is asked, so that not every letter is a question.
   *
   * @default 250
   */
  searchPauseMs?: number | undefined;
}

const defaultPauseMs = 250;

/**
 * Who viewed an entity, page by page: `data.visitors` are those of all pages so far, `fetchNextPage` appends the next
 * while `hasNextPage`. While the range or the search changes, the visitors before stay, and `isPlaceholderData` says so.
 *
 * @param query null as long as there is nothing to ask
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * const { data, hasNextPage, fetchNextPage } = useVisitors({ entity_type: "listing", entity_id: "7", search: "ada" });
 * data?.visitors[0]?.display_name; //=> "Ada Lovelace"
 */
export function useVisitors<Data = VisitorPages>(
  query: Asked<VisitorPagesQuery>,
  { live, select, searchPauseMs = defaultPauseMs, ...options }: UseVisitorsOptions<Data> = {},
): UseInfiniteQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useVisitors");
  const asked: VisitorPagesQuery = isAsked(query) ? query : nothing;
  const search = useRestedSearch(asked, searchPauseMs);
  const question = queries.visitors({ ...asked, search });
  const shared = {
    ...question,
    ...(asked === nothing && notAsked),
    select: useSelectPages(select),
    placeholderData: keepPreviousAnswer(question.queryKey),
    refetchInterval: livePagesInterval(live, asked),
  };
  return useInfiniteQuery({ ...shared, ...options }, queryClient);
}
