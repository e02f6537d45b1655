import type { Kysely } from "kysely";
import { AnalyticsError } from "../errors.ts";
import { addCalendarDays } from "./buckets.ts";
import { type DateRange, daysBefore, resolveDateRange, today } from "./date-range.ts";

interface RangeToResolve {
  date_from?: string | undefined;
  date_to?: string | undefined;
  smallest_group: number;
  db: Kysely<unknown>;
  time_zone: string;
  signal?: AbortSignal | undefined;
}

const weeks = 4;

/**
 * The range of a breakdown. Where small groups are kept back, it is whole weeks or months that are over, by default the last four weeks:
 * the difference of two ranges would be a small group.
 *
 * @throws {AnalyticsError} `invalid_input` for other dates
 */
export async function breakdownRange({
  smallest_group,
  ...asked
}: RangeToResolve): Promise<DateRange> {
  if (smallest_group <= 1) return resolveDateRange(asked);
  const now = await today(asked);
  const range = wholeWeeksUntil(asked, now);
  const { date_to } = range;
  if (range.date_from <= date_to && date_to < now && (isWeeks(range) || isMonths(range)))
    return range;
  throw new AnalyticsError(
    "invalid_input",
    `date_from is "${range.date_from}", date_to is "${date_to}" and today is "${now}", and groups of fewer than ${smallest_group} are kept back: give whole weeks, Monday to Sunday, or whole months that are over.`,
    {
      field: asked.date_from === undefined && asked.date_to !== undefined ? "date_to" : "date_from",
    },
  );
}

/** The range asked for, with what it does not say: until the last Sunday that is over, four weeks long. */
export function wholeWeeksUntil(
  { date_from, date_to }: Pick<RangeToResolve, "date_from" | "date_to">,
  now: string,
): DateRange {
  const last = date_to ?? addCalendarDays(now, -weekday(now));
  return { date_from: date_from ?? daysBefore(last, 7 * weeks - 1), date_to: last };
}

function isWeeks({ date_from, date_to }: DateRange): boolean {
  return weekday(date_from) === 1 && weekday(date_to) === 7;
}

function isMonths({ date_from, date_to }: DateRange): boolean {
  return date_from.endsWith("-01") && addCalendarDays(date_to, 1).endsWith("-01");
}

/** 1 for Monday to 7 for Sunday. */
function weekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}
