import { dailyChart } from "./daily-chart.ts";
import { formatCount } from "./format-count.ts";
import { formatDate } from "./format-date.ts";
import { formatSeconds } from "./format-seconds.ts";
import type { Ink } from "./ink.ts";
import { type ReportAnswers, type ReportQuery, reportCalls } from "./report-query.ts";
import { visitorTable } from "./visitor-table.ts";
import { weeklyTable } from "./weekly-table.ts";

export interface ReportOptions {
  /** The entity as people know it. */
  name: string;
  query: ReportQuery;
  answers: ReportAnswers;
  ink: Ink;
}

/** Puts the answers on a page of at most 100 columns, and below them the calls that gave them. */
export function report({ name, query, answers, ink }: ReportOptions): string[] {
  const { daily, weekly, visitors } = answers;
  const { totals } = daily;
  const dates = `${formatDate(query.date_from, "full")} to ${formatDate(query.date_to, "full")}`;
  const kinds = `${formatCount(totals.unique_accounts)} accounts, ${formatCount(totals.anonymous_visitors)} anonymous`;
  return [
    ink.heading(name),
    ink.faint(`${query.entity_type}, ${dates}, time zone ${daily.time_zone}`),
    `${ink.views(formatCount(totals.views))} views by ${ink.visitors(formatCount(totals.unique_visitors))} unique visitors (${kinds}), ${formatSeconds(totals.avg_time_on_page)} on average`,
    "",
    ink.heading("How many, day by day?"),
    ...dailyChart({ data: daily.data, ink }),
    "",
    ink.heading("How many different people, week by week?"),
    ...weeklyTable({ weekly, daily, ink }),
    "",
    ink.heading("Who?"),
    ...visitorTable({ visitors: visitors.data, ink }),
    "",
    ink.heading("The three calls that answered"),
    ...reportCalls(query),
  ];
}
