import { addDays, addMonths, type DateRange, firstOfMonth } from "./calendar.ts";

const firstDates = {
  today: (today: string) => today,
  "7d": (today: string) => addDays(today, -6),
  "30d": (today: string) => addDays(today, -29),
  "90d": (today: string) => addDays(today, -89),
  "12m": (today: string) => addMonths(firstOfMonth(today), -11),
} as const;

/** A range that ends today: today, 7, 30 or 90 days, or 12 months. */
export type RangePreset = keyof typeof firstDates;

/** The names of presets, the shortest first. */
export const rangePresets: readonly RangePreset[] = ["today", "7d", "30d", "90d", "12m"];

/**
 * The dates of a preset. It begins with a whole bucket of its {@link bestPeriod}, so that a first bar is never low
 * because it was cut: 12 months are this month so far, and the eleven before it.
 *
 * @param today {@link todayIn} the reporting time zone
 * @throws {AnalyticsError} `invalid_input` when today is not a date
 * @example
 * presetRange("12m", "2026-03-15"); //=> { date_from: "2025-04-01", date_to: "2026-03-15" }
 */
export function presetRange(preset: RangePreset, today: string): DateRange {
  return { date_from: firstDates[preset](today), date_to: today };
}
