// The client and what it is made with. How it reaches the database and what it asks is private.
export { AnalyticsClient } from "./analytics-client.ts";
export type { CallOptions } from "./call-options.ts";
export type { AnalyticsClientOptions } from "./client-options.ts";
// Collecting page views, times on page, and who a session or a browser turned out to be.
export type {
  PageViewBuffer,
  PageViewBufferCounts,
  PageViewBufferOptions,
} from "./collection/buffer/page-view-buffer.ts";
export type { CollectionCounts } from "./collection/collection.ts";
export type { IdentifyOptions, SessionIdentity } from "./collection/identify-session.ts";
export type { IdentifiedViews } from "./collection/identify-views.ts";
export type { VisitorIdentity } from "./collection/identify-visitor.ts";
export type {
  RecordedFacts,
  RecordFactsOptions,
  RecordingProgress,
} from "./collection/record-facts.ts";
export type {
  CollectOptions,
  CollectRequestOptions,
} from "./collection/request/collect-options.ts";
export type { TrackOptions } from "./collection/track-options.ts";
export type { CollectionOptions } from "./collection/validation/collection-policy.ts";
export type { PageView } from "./collection/validation/page-view.ts";
export type { TimeOnPage } from "./collection/validation/time-on-page.ts";
export type { RequestHeaders, VisitorRequest } from "./collection/validation/visitor-request.ts";
// Questions and answers; their schemas and parsers are in @headcount/core/contract.
export type {
  FoldProgress,
  FoldResult,
  RebuildProgress,
  RebuildQuery,
  RebuildResult,
  RepairResult,
} from "./contract/aggregation.ts";
export type { CollectResult } from "./contract/collect.ts";
export type { CollectRefusal, RefusalCode } from "./contract/collect-refusal.ts";
export type {
  ExportedDay,
  ExportedPageView,
  ExportedRecord,
  ExportedSession,
} from "./contract/exported-record.ts";
export type { Freshness } from "./contract/freshness.ts";
export type {
  AddBreakdownsProgress,
  AddedBreakdowns,
  RemovedBreakdowns,
} from "./contract/kept-breakdowns.ts";
export type {
  AddedLevel,
  AddLevelProgress,
  KeptLevel,
  ReassignedEntity,
  RemovedLevel,
} from "./contract/level.ts";
export type { Measures } from "./contract/measures.ts";
export type { AcknowledgedMilestones, Milestone } from "./contract/milestone.ts";
export type { Period } from "./contract/period.ts";
export type { ErasedEntity, ErasedPerson, MovedEntity, PersonQuery } from "./contract/person.ts";
export type {
  DetachedTable,
  ForgetProgress,
  ForgettableKind,
  ForgottenVisitors,
  PrunedRaw,
  PruneProgress,
} from "./contract/retention.ts";
export type {
  AnalyticsStatus,
  CaptureFault,
  LeftOutReason,
  SetAsideEntity,
} from "./contract/status.ts";
export type {
  DayBucket,
  DaySeries,
  HourBucket,
  HourSeries,
  TimeSeries,
  TimeSeriesBucket,
  TimeSeriesOf,
} from "./contract/time-series.ts";
export type { TimeSeriesQuery } from "./contract/time-series-query.ts";
export type {
  RollupDifference,
  Verification,
  VerificationProgress,
} from "./contract/verification.ts";
export type {
  AccountVisitor,
  AnonymousVisitor,
  AttributesVisitor,
  Visit,
  Visitor,
  VisitorList,
} from "./contract/visitors.ts";
export type { VisitorKind, VisitorSort, VisitorsQuery } from "./contract/visitors-query.ts";
export type { HostKysely } from "./database/connect.ts";
export { toAnalyticsError } from "./database/database-error.ts";
export type { QueryEvent } from "./database/query-observer.ts";
// What goes wrong.
export {
  AnalyticsError,
  type AnalyticsErrorCode,
  type AnalyticsErrorDetails,
  isAnalyticsError,
} from "./errors.ts";
export type { MilestonesToAcknowledge } from "./maintenance/acknowledge-milestones.ts";
export type { FoldOptions } from "./maintenance/aggregate.ts";
export type { AddBreakdownsOptions } from "./maintenance/breakdowns/add-breakdowns.ts";
export type { AddLevelOptions } from "./maintenance/levels/add-level.ts";
export type { Reassignment, ReassignOptions } from "./maintenance/levels/reassign.ts";
export type { EraseEntityOptions } from "./maintenance/people/erase-entity.ts";
export type { ErasePersonOptions } from "./maintenance/people/erase-person.ts";
export type { ErasureOptions } from "./maintenance/people/erasure-options.ts";
export type { ExportPersonOptions } from "./maintenance/people/export-person.ts";
export type { EntityMove, MoveEntityOptions } from "./maintenance/people/move-entity.ts";
export type { RebuildOptions } from "./maintenance/rebuild.ts";
export type { ForgetVisitorsOptions } from "./maintenance/retention/forget-visitors.ts";
export type { PruneRawOptions } from "./maintenance/retention/prune-raw.ts";
export type { AggregatingOptions, AggregationWorker } from "./maintenance/start-aggregating.ts";
export type { TakeMilestonesOptions } from "./maintenance/take-milestones.ts";
export type { VerifyOptions } from "./maintenance/verify.ts";
