import type { DigestChoice, DigestPeriod } from "../contract/digest-query.ts";
import { bucketsOf } from "./buckets.ts";
import { comparedRange } from "./compared-range.ts";
import { type DateRange, daysBefore } from "./date-range.ts";

interface DigestRange {
  range: DateRange;
  /** The week or month before. */
  compared: DateRange;
}

/** Which dates has the week or month that is meant: that of its date, else the last one that is over, as of today? */
export function digestRange(
  { period, date }: DigestChoice & { period: DigestPeriod },
  today: string,
): DigestRange {
  const current = periodOf(period, date ?? today);
  const range = date === undefined ? periodOf(period, daysBefore(current.date_from, 1)) : current;
  const compare = period === "weekly" ? "previous_period" : "previous_month";
  return { range, compared: comparedRange({ compare, range, period: "daily" }) ?? range };
}

function periodOf(period: DigestPeriod, date: string): DateRange {
  const [bucket] = bucketsOf({ date_from: date, date_to: date, period });
  return { date_from: bucket?.first_day ?? date, date_to: bucket?.last_day ?? date };
}
