import * as z from "zod/mini";
import { breakdownQuery, type ParsedBreakdownQuery } from "./breakdown-query.ts";
import { digestQuery, type ParsedDigestQuery } from "./digest-query.ts";
import { entityTotalsQuery, type ParsedEntityTotalsQuery } from "./entity-totals-query.ts";
import { heatMapQuery, type ParsedHeatMapQuery } from "./heat-map-query.ts";
import type { KeptLevel } from "./level.ts";
import {
  liveEntitiesQuery,
  liveQuery,
  type ParsedLiveEntitiesQuery,
  type ParsedLiveSubjectQuery,
} from "./live-query.ts";
import { type ParsedRollingVisitorsQuery, rollingVisitorsQuery } from "./rolling-visitors-query.ts";
import { type ParsedTimeSeriesQuery, timeSeriesQuery } from "./time-series-query.ts";
import { type ParsedTopEntitiesQuery, topEntitiesQuery } from "./top-entities-query.ts";
import { type ParsedVisitorsQuery, visitorsQuery } from "./visitors-query.ts";

/** A question about one entity as it was parsed; `question` is the last part of the route's path. */
export type AnalyticsQuestion =
  | { question: "time-series"; query: ParsedTimeSeriesQuery }
  | { question: "rolling-visitors"; query: ParsedRollingVisitorsQuery }
  | { question: "heat-map"; query: ParsedHeatMapQuery }
  | { question: "breakdown"; query: ParsedBreakdownQuery }
  | { question: "digest"; query: ParsedDigestQuery }
  | { question: "live"; query: ParsedLiveSubjectQuery }
  | { question: "visitors"; query: ParsedVisitorsQuery };

/** A question about all that an owner has, `query.owner_id`. */
export type AnalyticsOwnerQuestion = WiderQuestion<"owner">;

type WiderQuestion<Of extends KeptLevel> =
  | { question: "time-series"; query: ParsedTimeSeriesQuery<Of> }
  | { question: "rolling-visitors"; query: ParsedRollingVisitorsQuery<Of> }
  | { question: "heat-map"; query: ParsedHeatMapQuery<Of> }
  | { question: "breakdown"; query: ParsedBreakdownQuery<Of> }
  | { question: "digest"; query: ParsedDigestQuery<Of> }
  | { question: "live"; query: ParsedLiveSubjectQuery<Of> }
  | { question: "visitors"; query: ParsedVisitorsQuery<Of> }
  | { question: "top-entities"; query: ParsedTopEntitiesQuery<Of> };

/** A question about several entities: all of `query.entities`. */
export type AnalyticsEntitiesQuestion =
  | { question: "entity-totals"; query: ParsedEntityTotalsQuery }
  | { question: "live"; query: ParsedLiveEntitiesQuery };

/** A question about entities that nobody has named: those of a type, or of the whole site. */
export type AnalyticsSiteQuestion = WiderQuestion<"type" | "site">;

const named = <const Name extends string, Query extends z.core.$ZodType>(
  question: Name,
  query: Query,
) => z.strictObject({ question: z.literal(question), query });

/** Any question, under the name of its route. */
export const datedQuestion = z.discriminatedUnion(
  "question",
  [
    named("time-series", timeSeriesQuery),
    named("rolling-visitors", rollingVisitorsQuery),
    named("heat-map", heatMapQuery),
    named("breakdown", breakdownQuery),
    named("digest", digestQuery),
    named("live", z.union([liveQuery, liveEntitiesQuery])),
    named("visitors", visitorsQuery),
    named("entity-totals", entityTotalsQuery),
    named("top-entities", topEntitiesQuery),
  ],
  { error: 'give the last part of a route\'s path, as "time-series"' },
);

/** Any question, as it was parsed. */
export type DatedQuestion =
  | AnalyticsQuestion
  | AnalyticsOwnerQuestion
  | AnalyticsEntitiesQuestion
  | AnalyticsSiteQuestion;

/** Which dates a question reads. */
export interface QuestionDates {
  /**
   * The earliest one, `YYYY-MM-DD` in the reporting time zone: of the range, of what it is compared with, and of the 28 days that count for
   * the first date of rolling visitors. Null when it is about all time.
   */
  earliest_date: string | null;
  /** Today in that time zone. */
  today: string;
}
