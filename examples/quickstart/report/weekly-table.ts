import type { TimeSeries } from "@headcount/core/contract";
import { changeOf, formatChange } from "@headcount/core/present";
import { formatCount } from "./format-count.ts";
import { formatDate } from "./format-date.ts";
import { formatSeconds } from "./format-seconds.ts";
import type { Ink } from "./ink.ts";
import { table } from "./table.ts";
import { wrapText } from "./wrap-text.ts";

type Series = Pick<TimeSeries, "data" | "totals">;

export interface WeeklyTableOptions {
  weekly: Series;
  /** The same range by day: what adding up days would make of it. */
  daily: Series;
  ink: Ink;
  /** How many characters a line may have. */
  width: number;
}

const maxWeeks = 8;

/** Sets exact unique visitors per week beside what one gets from adding up the days. */
export function weeklyTable({ weekly, daily, ink, width }: WeeklyTableOptions): string[] {
  const weeks = weekly.data.slice(-maxWeeks);
  const rows = weeks.map((week, index) => {
    const nextWeek = weeks[index + 1]?.date;
    const days = daily.data.filter(
      ({ date }) => date >= week.date && (nextWeek === undefined || date < nextWeek),
    );
    const label = `${formatDate(week.date, "day")}${week.partial ? " *" : ""}`;
    return [label, ...measures(week), ...comparison(week.unique_visitors, visitorDays(days))];
  });
  const total = weekly.totals;
  const earlier = weekly.data.length - weeks.length;
  const lines = table({
    columns: [
      { title: "Week of" },
      { title: "Views", align: "right", paint: ink.views },
      { title: "Visitors", align: "right", paint: ink.visitors },
      { title: "Accounts", align: "right" },
      { title: "Anonymous", align: "right", whenTight: "leave out" },
      { title: "Avg. time", align: "right", whenTight: "leave out" },
      { title: "Days added up", align: "right", paint: ink.faint },
      { title: "Off by", align: "right", paint: ink.faint },
    ],
    rows,
    summary: [
      "Total",
      ...measures(total),
      ...comparison(total.unique_visitors, visitorDays(daily.data)),
    ],
    ink,
    width,
  });
  const isCut = weeks.some(({ partial }) => partial);
  return [
    ...lines,
    ...(isCut ? [ink.faint("* Incomplete: the range starts or ends in this week.")] : []),
    ...(earlier > 0 ? [ink.faint(`${formatCount(earlier)} earlier weeks are not shown.`)] : []),
    "",
    ...wrapText(explanation(total.unique_visitors, visitorDays(daily.data)), width),
  ];
}

function measures(of: Series["totals"]): string[] {
  return [
    formatCount(of.views),
    formatCount(of.unique_visitors),
    formatCount(of.unique_accounts),
    formatCount(of.anonymous_visitors),
    formatSeconds(of.avg_time_on_page),
  ];
}

function visitorDays(days: Series["data"]): number {
  return days.reduce((sum, { unique_visitors }) => sum + unique_visitors, 0);
}

function comparison(exact: number, summed: number): string[] {
  return [formatCount(summed), formatChange(changeOf(summed, exact), { locale: "en" })];
}

function explanation(exact: number, summed: number): string {
  return exact === summed
    ? "Nobody came on two days here, so adding up the days happens to be right."
    : `Adding up days claims ${formatCount(summed)} visitors; there were ${formatCount(exact)}, as some came on more than one day.`;
}
