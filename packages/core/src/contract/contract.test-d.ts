import { describe, expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import type {
  AnalyticsStatus,
  analyticsStatus,
  CollectResult,
  collectResult,
  FoldResult,
  foldResult,
  ParsedTimeSeriesQuery,
  ParsedVisitorsQuery,
  RebuildQuery,
  RebuildResult,
  rebuildQuery,
  rebuildResult,
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
    expectTypeOf<Same<TimeSeriesQuery, z.input<typeof timeSeriesQuery>>>().toEqualTypeOf<true>();
    expectTypeOf<
      Same<ParsedTimeSeriesQuery, z.output<typeof timeSeriesQuery>>
    >().toEqualTypeOf<true>();
    expectTypeOf<Same<VisitorsQuery, z.input<typeof visitorsQuery>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<ParsedVisitorsQuery, z.output<typeof visitorsQuery>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<RebuildQuery, z.input<typeof rebuildQuery>>>().toEqualTypeOf<true>();
  });

  test("of answers", () => {
    expectTypeOf<Same<TimeSeries, z.output<typeof timeSeries>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<VisitorList, z.output<typeof visitorList>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<AnalyticsStatus, z.output<typeof analyticsStatus>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<Verification, z.output<typeof verification>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<FoldResult, z.output<typeof foldResult>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<RebuildResult, z.output<typeof rebuildResult>>>().toEqualTypeOf<true>();
    expectTypeOf<Same<CollectResult, z.output<typeof collectResult>>>().toEqualTypeOf<true>();
  });
});
