import { comparisonLine } from "./comparison-line.ts";
import { dailyChart } from "./daily-chart.ts";
import { formatCount } from "./format-count.ts";
import { formatDate } from "./format-date.ts";
import { formatSeconds } from "./format-seconds.ts";
import type { Ink } from "./ink.ts";
import { type ReportAnswers, type ReportQuery, reportCalls } from "./report-query.ts";
import { sourceTable } from "./source-table.ts";
import { visitorTable } from "./visitor-table.ts";
import { weeklyTable } from "./weekly-table.ts";
import { wrapText } from "./wrap-text.ts";

export interface ReportOptions {
  /** The entity as people know it. */
  name: string;
  query: ReportQuery;
  answers: ReportAnswers;
  /** How many unique visitors there were if somebody without an account were a session; undefined where nothing else is known. */
  visitorsBySession?: number | undefined;
  ink: Ink;
  /** How many characters a line may have. */
  width: number;
}

/** Puts the answers on a page, and below them the calls that gave them. */
export function report(options: ReportOptions): string[] {
  const { name, query, answers, visitorsBySession, ink, width } = options;
  const { daily, weekly, sources, visitors } = answers;
  const { totals } = daily;
  const first = formatDate(query.date_from, "full");
  const last = formatDate(query.date_to, "full");
  const comparison = comparisonLine(daily);
  const kinds = `accounts ${formatCount(totals.unique_accounts)}, anonymous ${formatCount(totals.anonymous_visitors)}`;
  return [
    ink.heading(name),
    ink.faint(
      `${query.entity_type}, ${first === last ? first : `${first} to ${last}`}, time zone ${daily.time_zone}`,
    ),
    ...wrapText(
      `Views ${ink.views(formatCount(totals.views))}, unique visitors ${ink.visitors(formatCount(totals.unique_visitors))} (${kinds}), average time on page ${formatSeconds(totals.avg_time_on_page)}`,
      width,
    ),
    `New visitors ${formatCount(totals.new_visitors ?? 0)}, returning ${formatCount(totals.returning_visitors ?? 0)}`,
    ...(comparison === undefined ? [] : [comparison]),
    ...(visitorsBySession === undefined
      ? []
      : wrapText(
          `Most browsers here have a visitor_id (the tracker's visitorDays). Without one each visit is a visitor, and there were ${formatCount(visitorsBySession)}.`,
          width,
        )),
    "",
    ink.heading("How many, day by day?"),
    ...dailyChart({ data: daily.data, ink, width }),
    "",
    ink.heading("How many different people, week by week?"),
    ...weeklyTable({ weekly, daily, ink, width }),
    "",
    ...(sources.recorded_views
      ? [ink.heading("From where?"), ...sourceTable({ sources, ink, width }), ""]
      : []),
    ink.heading("Who?"),
    ...visitorTable({ visitors: visitors.data, ink, width }),
    "",
    ink.heading("The calls that answered"),
    ...reportCalls(query),
  ];
}
