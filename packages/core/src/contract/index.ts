// Shapes of questions and answers, for both ends of the wire: this entry imports neither pg nor kysely.

export { AnalyticsError, type AnalyticsErrorCode, isAnalyticsError } from "../errors.ts";
// Keeping the rollups.
export {
  type FoldResult,
  foldResult,
  type RebuildProgress,
  type RebuildQuery,
  type RebuildResult,
  type RepairResult,
  rebuildQuery,
  rebuildResult,
} from "./aggregation.ts";
export { answerError, type ErrorAnswer } from "./answer-error.ts";
// What all of them share.
// How many of each?
export {
  type Breakdown,
  type BreakdownValue,
  breakdown,
  type ValueChange,
  type ValueMeasures,
} from "./breakdown.ts";
export {
  type AskedBreakdownQuery,
  type BreakdownQuery,
  type BreakdownSort,
  breakdownQuery,
  breakdownSorts,
  type Dimension,
  dimensions,
  type FilterDimension,
  type ParsedBreakdownQuery,
  parseBreakdownQuery,
} from "./breakdown-query.ts";
export type { DateRange } from "./calendar-date.ts";
export type { Change, Cut, MeasureChange } from "./change.ts";
export type { Channel } from "./channel.ts";
// What browsers send, and what becomes of it.
export {
  type CollectBody,
  type CollectMessage,
  type CollectResult,
  collectBody,
  collectMessage,
  collectResult,
  type ParsedCollectBody,
  type ParsedCollectMessage,
  parseCollectBody,
} from "./collect.ts";
export { type CollectRefusal, type RefusalCode, refusalCodes } from "./collect-refusal.ts";
export type { ComparedRange } from "./compared-range.ts";
export { type Comparison, type ComparisonQuery, comparisons } from "./comparison-query.ts";
export type { DatedQuestion, QuestionDates } from "./dated-question.ts";
// What happened in a week, or a month?
export { type BestDay, type Digest, digest } from "./digest.ts";
export {
  type DigestChoice,
  type DigestPeriod,
  type DigestQuery,
  type DigestsQuery,
  digestPeriods,
  digestQuery,
  type ParsedDigestQuery,
  parseDigestQuery,
} from "./digest-query.ts";
export type { Entity, EntityQuery } from "./entity.ts";
export type { EntityListQuery } from "./entity-list.ts";
// How many viewed each of these?
export {
  type EntityTotals,
  entityTotals,
  type TotalsOfEntity,
} from "./entity-totals.ts";
export {
  type EntityTotalsQuery,
  entityTotalsQuery,
  type ParsedEntityTotalsQuery,
  parseEntityTotalsQuery,
  type Sparkline,
  sparklines,
} from "./entity-totals-query.ts";
// What is stored about somebody.
export {
  type ExportedDay,
  type ExportedPageView,
  type ExportedRecord,
  type ExportedSession,
  exportedRecord,
} from "./exported-record.ts";
export { type Freshness, freshness } from "./freshness.ts";
// When in the week?
export { type HeatMap, type HourOfWeek, heatMap } from "./heat-map.ts";
export {
  type HeatMapQuery,
  heatMapQuery,
  type ParsedHeatMapQuery,
  parseHeatMapQuery,
} from "./heat-map-query.ts";
export {
  type LiveQuery,
  liveEntitiesQuery,
  liveQuery,
  type ParsedLiveEntitiesQuery,
  type ParsedLiveQuery,
  type ParsedLiveSubjectQuery,
  parseLiveQuery,
} from "./live-query.ts";
// How many now?
export {
  type LiveVisitors,
  type LiveVisitorsOfSubject,
  liveVisitors,
} from "./live-visitors.ts";
export type { Measures } from "./measures.ts";
// What was reached?
export {
  type AcknowledgedMilestones,
  type Milestone,
  milestone,
  milestoneMeasures,
} from "./milestone.ts";
export { type Period, periods } from "./period.ts";
// Erasing it.
export {
  type ErasedEntity,
  type ErasedPerson,
  erasedEntity,
  erasedPerson,
  type MovedEntity,
  movedEntity,
  type PersonQuery,
  personQuery,
} from "./person.ts";
export {
  breakdownDefaults,
  digestDefaults,
  liveDefaults,
  timeSeriesDefaults,
  topEntitiesDefaults,
  visitorsDefaults,
} from "./query-defaults.ts";
// Keeping less of it.
export {
  type DetachedTable,
  type ForgetProgress,
  type ForgettableKind,
  type ForgottenVisitors,
  forgettableKinds,
  forgottenVisitors,
  type PrunedRaw,
  type PruneProgress,
  prunedRaw,
} from "./retention.ts";
// How many in the last days, day by day?
export {
  type RollingVisitors,
  type RollingVisitorsOnDate,
  rollingVisitors,
} from "./rolling-visitors.ts";
export {
  type ParsedRollingVisitorsQuery,
  parseRollingVisitorsQuery,
  type RollingVisitorsQuery,
  rollingVisitorsQuery,
} from "./rolling-visitors-query.ts";
export {
  type AnalyticsStatus,
  analyticsStatus,
  type LeftOutReason,
  type SetAsideEntity,
} from "./status.ts";
export { statusOf } from "./status-of.ts";
// What questions are about.
export {
  type EntitySubjectQuery,
  type Level,
  type LevelsOption,
  levels,
  type OwnerSubjectQuery,
  type SiteSubjectQuery,
  type Subject,
  type SubjectQuery,
  type SubjectResult,
  type TypeSubjectQuery,
} from "./subject.ts";
export type { ParsedSubjectRangeQuery, SubjectRangeQuery } from "./subject-range-query.ts";
// How many, over time?
export {
  type ComparedBucket,
  type ComparedSeries,
  type DayBucket,
  type DaySeries,
  type HourBucket,
  type HourSeries,
  type TimeSeries,
  type TimeSeriesBucket,
  type TimeSeriesOf,
  timeSeries,
} from "./time-series.ts";
export {
  type ParsedTimeSeriesQuery,
  parseTimeSeriesQuery,
  type TimeSeriesQuery,
  timeSeriesQuery,
} from "./time-series-query.ts";
// Which are viewed most?
export { type TopEntities, type TopEntity, topEntities } from "./top-entities.ts";
export {
  type ParsedTopEntitiesQuery,
  parseTopEntitiesQuery,
  type TopEntitiesQuery,
  type TopLevel,
  type TopSort,
  topEntitiesQuery,
  topLevels,
  topSorts,
} from "./top-entities-query.ts";
export {
  type RollupDifference,
  rollupDifference,
  type Verification,
  type VerificationProgress,
  verification,
} from "./verification.ts";
// Who?
export {
  type AccountVisitor,
  type AnonymousVisitor,
  type AttributesVisitor,
  type Visit,
  type Visitor,
  type VisitorList,
  visitorList,
} from "./visitors.ts";
export {
  type ParsedVisitorsQuery,
  parseVisitorsQuery,
  type VisitorKind,
  type VisitorSort,
  type VisitorsChoice,
  type VisitorsQuery,
  visitorKinds,
  visitorSorts,
  visitorsQuery,
} from "./visitors-query.ts";
