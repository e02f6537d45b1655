import {
  analyticsStatus,
  type TimeSeriesQuery,
  timeSeries,
  timeSeriesDefaults,
  visitorList,
  visitorsDefaults,
} from "@headcount/core/contract";
import { analyticsKey } from "./analytics-key.ts";
import { type AnalyticsSource, fetcherOf } from "./analytics-source.ts";
import { ask } from "./ask.ts";
import { normalizeQuery } from "./normalize-query.ts";
import type {
  StatusOptions,
  TimeSeriesOptions,
  VisitorPagesQuery,
  VisitorsOptions,
} from "./query-options.ts";
import { retryUnavailable } from "./retry-unavailable.ts";
import { joinVisitorPages } from "./visitor-pages.ts";

/** The questions as options of TanStack Query. */
export interface AnalyticsQueries {
  timeSeries: (query: TimeSeriesQuery) => TimeSeriesOptions;
  visitors: (query: VisitorPagesQuery) => VisitorsOptions;
  status: () => StatusOptions;
}

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
export function createAnalyticsQueries(options: AnalyticsQueriesOptions): AnalyticsQueries {
  const { scope = "default", ...source } = options;
  const fetcher = fetcherOf(source);
  const retry = retryUnavailable;
  return {
    timeSeries(query) {
      const input = normalizeQuery(query, timeSeriesDefaults);
      const route = { fetcher, path: "/time-series", schema: timeSeries };
      return {
        queryKey: analyticsKey(scope, "time-series", input),
        queryFn: ({ signal }) => ask({ ...route, input: { ...input }, signal }),
        retry,
      };
    },
    visitors(query) {
      const input = normalizeQuery(query, visitorsDefaults);
      const route = { fetcher, path: "/visitors", schema: visitorList };
      return {
        queryKey: analyticsKey(scope, "visitors", input),
        queryFn: ({ signal, pageParam }) =>
          ask({ ...route, input: { ...input, cursor: pageParam }, signal }),
        initialPageParam: undefined,
        getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
        select: joinVisitorPages,
        retry,
      };
    },
    status: () => ({
      queryKey: analyticsKey(scope, "status", {}),
      queryFn: ({ signal }) =>
        ask({ fetcher, path: "/status", schema: analyticsStatus, input: {}, signal }),
      retry,
    }),
  };
}
