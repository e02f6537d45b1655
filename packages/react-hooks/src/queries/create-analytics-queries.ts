import {
  type AskedBreakdownQuery,
  analyticsStatus,
  breakdown,
  breakdownDefaults,
  type DigestQuery,
  digest,
  digestDefaults,
  type EntityTotalsQuery,
  entityTotals,
  type HeatMapQuery,
  heatMap,
  type LiveQuery,
  liveDefaults,
  liveVisitors,
  type RollingVisitorsQuery,
  rollingVisitors,
  type TimeSeriesQuery,
  type TopEntitiesQuery,
  timeSeries,
  timeSeriesDefaults,
  topEntities,
  topEntitiesDefaults,
  visitorList,
  visitorsDefaults,
} from "@headcount/core/contract";
import { analyticsKey } from "./analytics-key.ts";
import { type AnalyticsSource, fetcherOf } from "./analytics-source.ts";
import { type AnswerSchema, ask } from "./ask.ts";
import { normalizeListQuery, normalizeQuery } from "./normalize-query.ts";
import type {
  BreakdownOptions,
  DigestOptions,
  EntityTotalsOptions,
  HeatMapOptions,
  LiveOptions,
  RollingVisitorsOptions,
  StatusOptions,
  TimeSeriesOptions,
  TopEntitiesOptions,
  VisitorPagesQuery,
  VisitorsOptions,
} from "./query-options.ts";
import { retryUnavailable } from "./retry-unavailable.ts";
import { joinVisitorPages } from "./visitor-pages.ts";

/** The questions as options of TanStack Query. */
export interface AnalyticsQueries {
  timeSeries: (query: TimeSeriesQuery) => TimeSeriesOptions;
  visitors: (query: VisitorPagesQuery) => VisitorsOptions;
  rollingVisitors: (query: RollingVisitorsQuery) => RollingVisitorsOptions;
  heatMap: (query: HeatMapQuery) => HeatMapOptions;
  breakdown: (query: AskedBreakdownQuery) => BreakdownOptions;
  digest: (query: DigestQuery) => DigestOptions;
  live: (query: LiveQuery) => LiveOptions;
  entityTotals: (query: EntityTotalsQuery) => EntityTotalsOptions;
  topEntities: (query: TopEntitiesQuery) => TopEntitiesOptions;
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

interface Question<Answer, Input> {
  /** Of its route and its key. */
  name: string;
  input: Input;
  schema: AnswerSchema<Answer>;
}

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
  const question = <Answer, Input extends object>({
    name,
    input,
    schema,
  }: Question<Answer, Input>) => ({
    queryKey: analyticsKey<Answer, Input>(scope, name, input),
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      ask({ fetcher, path: `/${name}`, schema, input, signal }),
    retry,
  });
  return {
    timeSeries(query) {
      const input = normalizeQuery(query, timeSeriesDefaults);
      return question({ name: "time-series", input, schema: timeSeries });
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
    rollingVisitors(query) {
      const input = normalizeQuery(query, {});
      return question({ name: "rolling-visitors", input, schema: rollingVisitors });
    },
    heatMap(query) {
      const input = normalizeQuery(query, {});
      return question({ name: "heat-map", input, schema: heatMap });
    },
    breakdown(query) {
      const input = normalizeQuery(query, breakdownDefaults);
      return question({ name: "breakdown", input, schema: breakdown });
    },
    digest(query) {
      const input = normalizeQuery(query, digestDefaults);
      return question({ name: "digest", input, schema: digest });
    },
    live(query) {
      const input: LiveQuery =
        "entities" in query
          ? normalizeListQuery(query, liveDefaults)
          : normalizeQuery(query, liveDefaults);
      return question({ name: "live", input, schema: liveVisitors });
    },
    entityTotals(query) {
      const input = normalizeListQuery(query, {});
      return question({ name: "entity-totals", input, schema: entityTotals });
    },
    topEntities(query) {
      const input = normalizeQuery(query, topEntitiesDefaults);
      return question({ name: "top-entities", input, schema: topEntities });
    },
    status: () => question({ name: "status", input: {}, schema: analyticsStatus }),
  };
}
