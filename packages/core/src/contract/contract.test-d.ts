import { describe, expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import type {
  AnalyticsStatus,
  analyticsStatus,
  Breakdown,
  BreakdownQuery,
  breakdown,
  breakdownQuery,
  CollectResult,
  collectResult,
  DateRange,
  Digest,
  DigestQuery,
  digest,
  digestQuery,
  Entity,
  EntityTotals,
  EntityTotalsQuery,
  ErasedEntity,
  ErasedPerson,
  ExportedRecord,
  entityTotals,
  entityTotalsQuery,
  erasedEntity,
  erasedPerson,
  exportedRecord,
  FoldResult,
  foldResult,
  HeatMap,
  heatMap,
  heatMapQuery,
  Level,
  LiveVisitors,
  liveEntitiesQuery,
  liveQuery,
  liveVisitors,
  Milestone,
  MovedEntity,
  milestone,
  movedEntity,
  ParsedBreakdownQuery,
  ParsedEntityTotalsQuery,
  ParsedHeatMapQuery,
  ParsedLiveEntitiesQuery,
  ParsedLiveSubjectQuery,
  ParsedTimeSeriesQuery,
  ParsedVisitorsQuery,
  RebuildQuery,
  RebuildResult,
  RollingVisitors,
  RollingVisitorsQuery,
  rebuildQuery,
  rebuildResult,
  rollingVisitors,
  rollingVisitorsQuery,
  TimeSeries,
  TimeSeriesQuery,
  timeSeries,
  timeSeriesQuery,
  Verification,
  VisitorList,
  VisitorsQuery,
  verification,
  visitorList,
  visitorsQuery,
} from "./index.ts";

/** What is written twice, as a schema and as an interface that explains itself: each extends the other. */
type Same<One, Other> = [One, Other] extends [Other, One] ? true : false;

describe("interfaces are what the schemas describe", () => {
  test("of questions, before and after parsing", () => {
    // of a subject, the schema has all fields and the interface those of one level
    expectTypeOf<TimeSeriesQuery>().toExtend<z.input<typeof timeSeriesQuery>>();
    expectTypeOf<ParsedTimeSeriesQuery<Level>>().toExtend<z.output<typeof timeSeriesQuery>>();
    expectTypeOf<VisitorsQuery>().toExtend<z.input<typeof visitorsQuery>>();
    expectTypeOf<ParsedVisitorsQuery<Level>>().toExtend<z.output<typeof visitorsQuery>>();
    expectTypeOf<RollingVisitorsQuery>().toExtend<z.input<typeof rollingVisitorsQuery>>();
    expectTypeOf<ParsedHeatMapQuery<Level>>().toExtend<z.output<typeof heatMapQuery>>();
    expectTypeOf<ParsedHeatMapQuery>().toEqualTypeOf<
      Entity & { level?: "entity" | undefined } & DateRange
    >();
    expectTypeOf<
      Same<EntityTotalsQuery, z.input<typeof entityTotalsQuery>>
    >().toEqualTypeOf<true>();
    expectTypeOf<
      Same<ParsedEntityTotalsQuery, z.output<typeof entityTotalsQuery>>
    >().toEqualTypeOf<true>();
    expectTypeOf<BreakdownQuery>().toExtend<z.input<typeof breakdownQuery>>();
    expectTypeOf<ParsedBreakdownQuery<Level>>().toExtend<z.output<typeof breakdownQuery>>();
    expectTypeOf<DigestQuery>().toExtend<z.input<typeof digestQuery>>();
    expectTypeOf<ParsedLiveSubjectQuery<Level>>().toExtend<z.output<typeof liveQuery>>();
    expectTypeOf<
      Same<ParsedLiveEntitiesQuery, z.output<typeof liveEntitiesQuery>>
    >().toEqualTypeOf<true>();
    expectTypeOf<Same<RebuildQuery, z.input<typeof rebuildQuery>>>().toEqualTypeOf<true>();
  });

  test("of answers", () => {
    expectTypeOf<Same<TimeSeries, z.output<typeof timeSeries>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<EntityTotals, z.output<typeof entityTotals>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<RollingVisitors, z.output<typeof rollingVisitors>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<HeatMap, z.output<typeof heatMap>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<Breakdown, z.output<typeof breakdown>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<Digest, z.output<typeof digest>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<LiveVisitors, z.output<typeof liveVisitors>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<Milestone, z.output<typeof milestone>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<ErasedEntity, z.output<typeof erasedEntity>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<ErasedPerson, z.output<typeof erasedPerson>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<MovedEntity, z.output<typeof movedEntity>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<ExportedRecord, z.output<typeof exportedRecord>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<VisitorList, z.output<typeof visitorList>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<AnalyticsStatus, z.output<typeof analyticsStatus>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<Verification, z.output<typeof verification>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<FoldResult, z.output<typeof foldResult>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<RebuildResult, z.output<typeof rebuildResult>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<CollectResult, z.output<typeof collectResult>>>().toEqualTypeOf<true>();
  });
});
