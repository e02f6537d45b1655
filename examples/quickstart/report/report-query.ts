import type { AnalyticsClient } from "@headcount/core";
import type {
  Breakdown,
  BreakdownQuery,
  TimeSeries,
  TimeSeriesQuery,
  VisitorList,
  VisitorsQuery,
} from "@headcount/core/contract";

/** What the report is about: one entity, and the dates of a range. */
export interface ReportQuery {
  entity_type: string;
  entity_id: string;
  date_from: string;
  date_to: string;
}

export interface ReportAnswers {
  daily: TimeSeries;
  weekly: TimeSeries;
  sources: Breakdown;
  visitors: VisitorList;
}

const daily = { period: "daily", compare: "previous_period" } satisfies Partial<TimeSeriesQuery>;
const weekly = { period: "weekly" } satisfies Partial<TimeSeriesQuery>;
const sources = { dimension: "source", limit: 7 } satisfies Partial<BreakdownQuery>;
const visitors = { limit: 8 } satisfies Partial<VisitorsQuery>;

/** Asks the questions of the report. */
export async function askReport(
  analytics: AnalyticsClient,
  query: ReportQuery,
): Promise<ReportAnswers> {
  return {
    daily: await analytics.getTimeSeries({ ...query, ...daily }),
    weekly: await analytics.getTimeSeries({ ...query, ...weekly }),
    sources: await analytics.getBreakdown({ ...query, ...sources }),
    visitors: await analytics.getVisitors({ ...query, ...visitors }),
  };
}

/** The calls that {@link askReport} makes as text, to copy into a program of one's own. */
export function reportCalls({ entity_type, entity_id, date_from, date_to }: ReportQuery): string[] {
  return [
    "const query = {",
    `  ${fields({ entity_type, entity_id })},`,
    `  ${fields({ date_from, date_to })},`,
    "};",
    `await analytics.getTimeSeries({ ...query, ${fields(daily)} });`,
    `await analytics.getTimeSeries({ ...query, ${fields(weekly)} });`,
    `await analytics.getBreakdown({ ...query, ${fields(sources)} });`,
    `await analytics.getVisitors({ ...query, ${fields(visitors)} });`,
  ];
}

function fields(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ");
}
