import type {
  AnalyticsStatus,
  AskedBreakdownQuery,
  Breakdown,
  Digest,
  DigestQuery,
  EntityTotals,
  EntityTotalsQuery,
  HeatMap,
  HeatMapQuery,
  LiveQuery,
  LiveVisitors,
  RollingVisitors,
  RollingVisitorsQuery,
  SubjectQuery,
  TimeSeries,
  TimeSeriesQuery,
  TopEntities,
  TopEntitiesQuery,
  VisitorList,
  VisitorsChoice,
} from "@headcount/core/contract";
import type {
  InfiniteData,
  UnusedSkipTokenInfiniteOptions,
  UnusedSkipTokenOptions,
} from "@tanstack/react-query";
import type { AnalyticsKey, TaggedKey } from "./analytics-key.ts";
import type { AnalyticsRequestError } from "./analytics-request-error.ts";
import type { VisitorPages } from "./visitor-pages.ts";

/** A `VisitorsQuery` without its cursor: pages are fetched by `fetchNextPage`. */
export type VisitorPagesQuery = SubjectQuery & Omit<VisitorsChoice, "cursor">;

/** Options for `useQuery`, `useSuspenseQuery`, `prefetchQuery` and their like. */
export type AnalyticsQueryOptions<Answer, Input> = UnusedSkipTokenOptions<
  Answer,
  AnalyticsRequestError,
  Answer,
  AnalyticsKey<Input>
> & { queryKey: TaggedKey<Answer, Input> };

export type StatusOptions = AnalyticsQueryOptions<AnalyticsStatus, Record<string, never>>;

export type BreakdownOptions = AnalyticsQueryOptions<Breakdown, AskedBreakdownQuery>;

export type DigestOptions = AnalyticsQueryOptions<Digest, DigestQuery>;

export type EntityTotalsOptions = AnalyticsQueryOptions<EntityTotals, EntityTotalsQuery>;

export type HeatMapOptions = AnalyticsQueryOptions<HeatMap, HeatMapQuery>;

export type LiveOptions = AnalyticsQueryOptions<LiveVisitors, LiveQuery>;

export type RollingVisitorsOptions = AnalyticsQueryOptions<RollingVisitors, RollingVisitorsQuery>;

export type TimeSeriesOptions = AnalyticsQueryOptions<TimeSeries, TimeSeriesQuery>;

export type TopEntitiesOptions = AnalyticsQueryOptions<TopEntities, TopEntitiesQuery>;

/** Options for `useInfiniteQuery`, `useSuspenseInfiniteQuery` and `prefetchInfiniteQuery`. */
export type VisitorsOptions = UnusedSkipTokenInfiniteOptions<
  VisitorList,
  AnalyticsRequestError,
  VisitorPages,
  AnalyticsKey<VisitorPagesQuery>,
  string | undefined
> & { queryKey: TaggedKey<InfiniteData<VisitorList>, VisitorPagesQuery> };
