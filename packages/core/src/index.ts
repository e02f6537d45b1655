// The client and what it is made with. How it reaches the database and what it asks is private.
export { AnalyticsClient } from "./analytics-client.ts";
export type { CallOptions } from "./call-options.ts";
export type { AnalyticsClientOptions } from "./client-options.ts";
// Questions and answers; their schemas and parsers are in @headcount/core/contract.
export type {
  FoldResult,
  RebuildProgress,
  RebuildQuery,
  RebuildResult,
} from "./contract/aggregation.ts";
export type { Freshness } from "./contract/freshness.ts";
export type { Measures } from "./contract/measures.ts";
export type { Period } from "./contract/period.ts";
export type { TimeSeries, TimeSeriesBucket, TimeSeriesQuery } from "./contract/time-series.ts";
export type {
  Visit,
  Visitor,
  VisitorKind,
  VisitorList,
  VisitorSort,
  VisitorsQuery,
} from "./contract/visitors.ts";
export type { HostKysely } from "./database/connect.ts";
// What goes wrong.
export {
  AnalyticsError,
  type AnalyticsErrorCode,
  type AnalyticsErrorDetails,
  isAnalyticsError,
} from "./errors.ts";
export type { FoldOptions, RebuildOptions } from "./maintenance/aggregate.ts";
