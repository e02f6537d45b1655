// Questions as options of TanStack Query, for browsers and servers alike: nothing here needs React.

export {
  AnalyticsRequestError,
  type AnalyticsRequestErrorDetails,
  type AnalyticsRequestFailure,
  isAnalyticsRequestError,
} from "./analytics-request-error.ts";
export type { AnalyticsFetcher, AnalyticsSource } from "./analytics-source.ts";
export {
  type AnalyticsKey,
  type AnalyticsQueries,
  type AnalyticsQueriesOptions,
  createAnalyticsQueries,
  type VisitorPagesQuery,
} from "./create-analytics-queries.ts";
export type { VisitorPages } from "./visitor-pages.ts";
