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
  const first = formatDate(query.date_from, "full");
  const last = formatDate(query.date_to, "full");
  const kinds = `accounts ${formatCount(totals.unique_accounts)}, anonymous ${formatCount(totals.anonymous_visitors)}`;
  return [
    ink.heading(name),
    ink.faint(
      `${query.entity_type}, ${first === last ? first : `${first} to ${last}`}, time zone ${daily.time_zone}`,
    ),
    `Views ${ink.views(formatCount(totals.views))}, unique visitors ${ink.visitors(formatCount(totals.unique_visitors))} (${kinds}), average time on page ${formatSeconds(totals.avg_time_on_page)}`,
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
