import type { Period } from "../contract/period.ts";
import { AnalyticsError } from "../errors.ts";

const dayMs = 86_400_000;

/** Calendar dates `YYYY-MM-DD` of the reporting time zone; both belong to the range. */
export interface DateRange {
  date_from: string;
  date_to: string;
}

/**
 * How many days a range has, its first and last among them.
 *
 * @throws {AnalyticsError} `invalid_input` when a date is not one
 * @example
 * countDays({ date_from: "2026-03-02", date_to: "2026-03-08" }); //=> 7
 */
export function countDays({ date_from, date_to }: DateRange): number {
  return Math.round((parseDate(date_to) - parseDate(date_from)) / dayMs) + 1;
}

/**
 * The date so many days later, or earlier.
 *
 * @throws {AnalyticsError} `invalid_input` when the date is not one
 * @example
 * addDays("2026-03-01", -1); //=> "2026-02-28"
 */
export function addDays(date: string, count: number): string {
  return writeDate(parseDate(date) + count * dayMs);
}

/** The same day so many months later, or earlier; the last one where that month is shorter. */
export function addMonths(date: string, count: number): string {
  const day = new Date(parseDate(date));
  const shifted = new Date(day);
  shifted.setUTCMonth(day.getUTCMonth() + count, 1);
  const monthEnd = new Date(shifted);
  monthEnd.setUTCMonth(shifted.getUTCMonth() + 1, 0);
  shifted.setUTCDate(Math.min(day.getUTCDate(), monthEnd.getUTCDate()));
  return writeDate(shifted.getTime());
}

/** The first day of a date's month. */
export function firstOfMonth(date: string): string {
  return addDays(date, 1 - new Date(parseDate(date)).getUTCDate());
}

const monthsIn = { monthly: 1, quarterly: 3, yearly: 12 } as const;

/** The last day of the bucket that begins on a date. */
export function lastDayOf(date: string, period: Period): string {
  switch (period) {
    case "hourly":
    case "daily":
      return date;
    case "weekly":
      return addDays(date, 6);
    case "monthly":
    case "quarterly":
    case "yearly":
      return addDays(addMonths(date, monthsIn[period]), -1);
  }
}

/** @throws {AnalyticsError} `invalid_input` */
export function parseDate(date: string): number {
  const ms = Date.parse(date);
  if (/^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(ms)) return ms;
  throw new AnalyticsError(
    "invalid_input",
    `${JSON.stringify(date)} is not a date: give one like "2026-01-31".`,
  );
}

function writeDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, "YYYY-MM-DD".length);
}
