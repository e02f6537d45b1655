"use client";
// The provider and a hook per question. Servers use @headcount/react-hooks/queries, where nothing is for clients only.

export type { Asked } from "./hooks/asked.ts";
export type { Live } from "./hooks/live-interval.ts";
export { useAnalyticsQueries } from "./hooks/use-analytics-queries.ts";
export {
  type UseAnalyticsStatusOptions,
  useAnalyticsStatus,
} from "./hooks/use-analytics-status.ts";
export { type UseBreakdownOptions, useBreakdown } from "./hooks/use-breakdown.ts";
export { type UseDigestOptions, useDigest } from "./hooks/use-digest.ts";
export { type UseEntityTotalsOptions, useEntityTotals } from "./hooks/use-entity-totals.ts";
export { type UseHeatMapOptions, useHeatMap } from "./hooks/use-heat-map.ts";
export { type UseLiveOptions, useLive } from "./hooks/use-live.ts";
export {
  type UseRollingVisitorsOptions,
  useRollingVisitors,
} from "./hooks/use-rolling-visitors.ts";
export {
  type UseSuspenseAnalyticsStatusOptions,
  useSuspenseAnalyticsStatus,
} from "./hooks/use-suspense-analytics-status.ts";
export {
  type UseSuspenseBreakdownOptions,
  useSuspenseBreakdown,
} from "./hooks/use-suspense-breakdown.ts";
export { type UseSuspenseDigestOptions, useSuspenseDigest } from "./hooks/use-suspense-digest.ts";
export {
  type UseSuspenseEntityTotalsOptions,
  useSuspenseEntityTotals,
} from "./hooks/use-suspense-entity-totals.ts";
export {
  type UseSuspenseHeatMapOptions,
  useSuspenseHeatMap,
} from "./hooks/use-suspense-heat-map.ts";
export { type UseSuspenseLiveOptions, useSuspenseLive } from "./hooks/use-suspense-live.ts";
export {
  type UseSuspenseRollingVisitorsOptions,
  useSuspenseRollingVisitors,
} from "./hooks/use-suspense-rolling-visitors.ts";
export {
  type UseSuspenseTimeSeriesOptions,
  useSuspenseTimeSeries,
} from "./hooks/use-suspense-time-series.ts";
export {
  type UseSuspenseTopEntitiesOptions,
  useSuspenseTopEntities,
} from "./hooks/use-suspense-top-entities.ts";
export {
  type UseSuspenseVisitorsOptions,
  useSuspenseVisitors,
} from "./hooks/use-suspense-visitors.ts";
export { type UseTimeSeriesOptions, useTimeSeries } from "./hooks/use-time-series.ts";
export { type UseTopEntitiesOptions, useTopEntities } from "./hooks/use-top-entities.ts";
export { type UseVisitorsOptions, useVisitors } from "./hooks/use-visitors.ts";
export { type UsePageViewOptions, usePageView } from "./page-view/use-page-view.ts";
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
