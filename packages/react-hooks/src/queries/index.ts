// Questions as options of TanStack Query, for browsers and servers alike: nothing here needs React.

export type { AnalyticsKey } from "./analytics-key.ts";
export {
  AnalyticsRequestError,
  type AnalyticsRequestErrorDetails,
  type AnalyticsRequestFailure,
  isAnalyticsRequestError,
} from "./analytics-request-error.ts";
export type { AnalyticsFetcher, AnalyticsSource } from "./analytics-source.ts";
export {
  type AnalyticsQueries,
  type AnalyticsQueriesOptions,
  createAnalyticsQueries,
} from "./create-analytics-queries.ts";
export type {
  AnalyticsQueryOptions,
  BreakdownOptions,
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
export type { VisitorPages } from "./visitor-pages.ts";
