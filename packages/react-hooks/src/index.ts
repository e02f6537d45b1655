"use client";
// The provider and a hook per question. Servers use @headcount/react-hooks/queries, where nothing is for clients only.

export { useAnalyticsQueries } from "./hooks/use-analytics-queries.ts";
export {
  type UseAnalyticsStatusOptions,
  useAnalyticsStatus,
} from "./hooks/use-analytics-status.ts";
export { usePageView } from "./hooks/use-page-view.ts";
export { type UseTimeSeriesOptions, useTimeSeries } from "./hooks/use-time-series.ts";
export { type UseVisitorsOptions, useVisitors } from "./hooks/use-visitors.ts";
export { AnalyticsProvider, type AnalyticsProviderProps } from "./provider/analytics-provider.tsx";
// What goes wrong.
export {
  AnalyticsRequestError,
  type AnalyticsRequestFailure,
  isAnalyticsRequestError,
} from "./queries/analytics-request-error.ts";
// What they are asked and what they answer; the rest is in @headcount/core/contract.
export type { AnalyticsFetcher, AnalyticsSource } from "./queries/analytics-source.ts";
export type { VisitorPagesQuery } from "./queries/query-options.ts";
export type { VisitorPages } from "./queries/visitor-pages.ts";
