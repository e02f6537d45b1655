import type { Comparison } from "../contract/comparison-query.ts";
import type { Period } from "../contract/period.ts";
import { addDays, addMonths, countDays, type DateRange, firstOfMonth } from "./calendar.ts";

export interface PreviousRangeOptions {
  compare: Comparison;
  /** Of the series: by weeks, whole weeks are compared with whole weeks. */
  period?: Period | undefined;
}

const monthsBack = { previous_month: 1, previous_quarter: 3, previous_year: 12 } as const;

/**
 * The dates that a range is compared with. A day that the earlier month does not have is its last one, and the end of a
 * month meets the end of a month.
 *
 * @throws {AnalyticsError} `invalid_input` when a date is not one
 * @example
 * const march = { date_from: "2026-03-01", date_to: "2026-03-31" };
 * previousRange(march, { compare: "previous_month" }); //=> { date_from: "2026-02-01", date_to: "2026-02-28" }
 */
export function previousRange(
  range: DateRange,
  { compare, period = "daily" }: PreviousRangeOptions,
): DateRange {
  if (compare === "previous_period") {
    const days = countDays(range);
    return daysBefore(range, period === "weekly" ? Math.ceil(days / 7) * 7 : days);
  }
  if (compare === "previous_year" && period === "weekly") return daysBefore(range, 52 * 7);
  const months = monthsBack[compare];
  return {
    date_from: addMonths(range.date_from, -months),
    date_to: monthsBefore(range.date_to, months),
  };
}

function daysBefore({ date_from, date_to }: DateRange, days: number): DateRange {
  return { date_from: addDays(date_from, -days), date_to: addDays(date_to, -days) };
}

function monthsBefore(date: string, months: number): string {
  const next = addDays(date, 1);
  const isMonthEnd = next === firstOfMonth(next);
  return isMonthEnd ? addDays(addMonths(next, -months), -1) : addMonths(date, -months);
}
