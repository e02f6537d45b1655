import type { AnalyticsClient, TimeSeries, Visitor } from "@headcount/core";
import type { Breakdown, ParsedTimeSeriesQuery, Period } from "@headcount/core/contract";

/** What a report says. */
export interface ReportContent {
  title: string;
  owner: string;
  /** In the period that was asked for, and compared where that was asked for. */
  chart: TimeSeries;
  /** In weeks, or in longer periods when there are many. */
  table: TimeSeries;
  /** From where most came. */
  sources: Breakdown;
  /** Undefined when the owner's plan does not show them. */
  visitors: Visitor[] | undefined;
}

export interface AskReportOptions {
  analytics: AnalyticsClient;
  query: ParsedTimeSeriesQuery;
  withVisitors: boolean;
  signal: AbortSignal;
}

const day = 24 * 60 * 60 * 1000;
// so that a report has two pages at most, however long its range is
const maxRows = 18;
const listedSources = 8;
const listedVisitors = 20;

/** Asks what the report is made of: the same questions as the page's. */
export async function askReport({
  analytics,
  query,
  withVisitors,
  signal,
}: AskReportOptions): Promise<Omit<ReportContent, "title" | "owner">> {
  const chart = await analytics.getTimeSeries(query, { signal });
  const { entity_type, entity_id } = query;
  const { date_from, date_to } = chart;
  const range = { entity_type, entity_id, date_from, date_to };
  const [table, sources, visitors] = await Promise.all([
    analytics.getTimeSeries({ ...range, period: tablePeriod(date_from, date_to) }, { signal }),
    analytics.getBreakdown({ ...range, dimension: "source", limit: listedSources }, { signal }),
    withVisitors ? topVisitors() : undefined,
  ]);
  return { chart, table, sources, visitors };

  async function topVisitors(): Promise<Visitor[]> {
    const wanted = { ...range, limit: listedVisitors, visits_limit: 0 };
    return (await analytics.getVisitors(wanted, { signal })).data;
  }
}

function tablePeriod(dateFrom: string, dateTo: string): Period {
  const days = (Date.parse(dateTo) - Date.parse(dateFrom)) / day;
  if (days / 7 < maxRows - 1) return "weekly";
  if (days / 30.4 < maxRows - 1) return "monthly";
  return days / 91.3 < maxRows - 1 ? "quarterly" : "yearly";
}
