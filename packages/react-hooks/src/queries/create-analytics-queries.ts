import {
  type TimeSeries,
  type TimeSeriesQuery,
  timeSeries,
  timeSeriesQuery,
  type VisitorList,
  type VisitorsQuery,
  visitorList,
  visitorsQuery,
} from "@headcount/core/contract";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { AnalyticsRequestError } from "./analytics-request-error.ts";
import { type AnalyticsSource, fetcherOf } from "./analytics-source.ts";
import { ask } from "./ask.ts";
import { readQuestion } from "./read-question.ts";
import { retryUnavailable } from "./retry-unavailable.ts";
import { joinVisitorPages, type VisitorPages } from "./visitor-pages.ts";

/** Where answers are kept: `["analytics", scope, question, input]`. */
export type AnalyticsKey<Input> = readonly ["analytics", string, string, Input];

/** A {@link VisitorsQuery} without its cursor: pages are fetched by `fetchNextPage`. */
export type VisitorPagesQuery = Omit<VisitorsQuery, "cursor">;

export type AnalyticsQueriesOptions = AnalyticsSource & {
  /**
   * Whose answers these are, for a QueryClient that keeps those of several users or endpoints apart.
   *
   * @default "default"
   */
  scope?: string | undefined;
};

/**
 * The questions as options of TanStack Query, for `useQuery`, `useSuspenseQuery`, `prefetchQuery`, loaders and server
 * components. Give the same `scope` on the server as in the browser, and what was prefetched is found there.
 *
 * @example
 * import { useQuery } from "@tanstack/react-query";
 *
 * const analyticsQueries = createAnalyticsQueries({ endpoint: "/api/analytics" });
 * const { data } = useQuery(analyticsQueries.timeSeries({ entity_type: "listing", entity_id: "7" }));
 * data?.totals.unique_visitors; //=> 42
 */
export function createAnalyticsQueries({ scope = "default", ...source }: AnalyticsQueriesOptions) {
  const fetcher = fetcherOf(source);
  const retry = retryUnavailable;

  function timeSeriesOptions(query: TimeSeriesQuery) {
    const { input, refusal } = readQuestion(timeSeriesQuery, query);
    const queryKey: AnalyticsKey<TimeSeriesQuery> = ["analytics", scope, "time-series", input];
    return queryOptions<TimeSeries, AnalyticsRequestError, TimeSeries, typeof queryKey>({
      queryKey,
      queryFn({ signal }) {
        if (refusal !== undefined) throw refusal;
        return ask({ fetcher, path: "/time-series", input, schema: timeSeries, signal });
      },
      retry,
    });
  }

  function visitorsOptions(query: VisitorPagesQuery) {
    const { input, refusal } = readQuestion(visitorsQuery, query);
    const queryKey: AnalyticsKey<VisitorPagesQuery> = ["analytics", scope, "visitors", input];
    return infiniteQueryOptions<
      VisitorList,
      AnalyticsRequestError,
      VisitorPages,
      typeof queryKey,
      string | undefined
    >({
      queryKey,
      queryFn({ signal, pageParam: cursor }) {
        if (refusal !== undefined) throw refusal;
        const page = { ...input, cursor };
        return ask({ fetcher, path: "/visitors", input: page, schema: visitorList, signal });
      },
      initialPageParam: undefined,
      getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
      select: joinVisitorPages,
      retry,
    });
  }

  return { timeSeries: timeSeriesOptions, visitors: visitorsOptions };
}

/** What {@link createAnalyticsQueries} makes. */
export type AnalyticsQueries = ReturnType<typeof createAnalyticsQueries>;
