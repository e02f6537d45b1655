import type { MeasureChange } from "../contract/change.ts";
import type { LocaleOptions } from "./format-date.ts";
import { numberFormatterOf } from "./formatters.ts";

/**
 * By how many percent a number is more or less than before, with one decimal; null when nothing can be said: one of
 * them is not known, or it was 0 before.
 *
 * @example
 * changeOf(123, 100); //=> 23
 */
export function changeOf(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  return Math.round((now / before - 1) * 1_000) / 10;
}

/**
 * Writes a {@link changeOf} in whole percent: with its sign, and a dash where there is none.
 *
 * @example
 * formatChange(20, { locale: "en" }); //=> "+20%"
 */
export function formatChange(percent: number | null, { locale }: LocaleOptions = {}): string {
  if (percent === null) return "–";
  const style = { style: "percent", signDisplay: "exceptZero" } as const;
  return numberFormatterOf(locale, style).format(percent / 100);
}

export interface MeasureChangeFormatOptions extends LocaleOptions {
  /** What is said of percentage points. */
  points: (points: string) => string;
}

/**
 * Writes how a measure changed: in percent, and a rate in percentage points. What is not known is a dash.
 *
 * @example
 * const change = { current: 41.5, previous: 42.8, absolute: -1.3, percent: null };
 * formatMeasureChange(change, { points: (points) => `${points} pts` }); //=> "-1.3 pts"
 */
export function formatMeasureChange(
  change: MeasureChange | undefined,
  { locale, points }: MeasureChangeFormatOptions,
): string {
  const { percent, absolute, previous } = change ?? nothingKnown;
  // of what was 0 there is no percentage
  if (percent !== null || absolute === null || previous === 0) {
    return formatChange(percent, { locale });
  }
  return points(numberFormatterOf(locale, signed).format(absolute));
}

const nothingKnown = { percent: null, absolute: null, previous: null };
const signed = { signDisplay: "exceptZero", maximumFractionDigits: 1 } as const;
