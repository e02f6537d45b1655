import { type Kysely, sql } from "kysely";
import { firstDate } from "../contract/calendar-date.ts";
import type { Period } from "../contract/period.ts";
import { runQuery } from "../database/run-query.ts";
import { AnalyticsError } from "../errors.ts";
import { addCalendarDays, countBuckets } from "./buckets.ts";

const usualDays = 30;
const maxBuckets = 10_000;
const maxDays = 3660;

export interface DateRange {
  date_from: string;
  date_to: string;
}

interface AskedRange {
  date_from?: string | undefined;
  date_to?: string | undefined;
}

interface RangeToResolve extends AskedRange {
  db: Kysely<unknown>;
  time_zone: string;
  signal?: AbortSignal | undefined;
  /** @default 30 */
  defaultDays?: number;
}

/**
 * The range asked for, with today in the reporting time zone as its default end and so many days as its default length.
 *
 * @throws {AnalyticsError} `invalid_input` when a range without end begins after today
 */
export async function resolveDateRange({
  date_from,
  date_to,
  defaultDays = usualDays,
  ...place
}: RangeToResolve): Promise<DateRange> {
  const last = date_to ?? (await today(place));
  const range = rangeUntil({ date_from, date_to }, last, defaultDays);
  if (range.date_from <= last) return range;
  throw new AnalyticsError(
    "invalid_input",
    `date_from is "${range.date_from}", and today is "${last}": give a date_to as well, or an earlier date_from.`,
    { field: "date_from" },
  );
}

/** The range asked for, with what it does not say: until today, so many days long. */
export function rangeUntil(
  { date_from, date_to }: AskedRange,
  now: string,
  days = usualDays,
): DateRange {
  const last = date_to ?? now;
  return { date_from: date_from ?? daysBefore(last, days - 1), date_to: last };
}

/** The date so many days before another one, from the first one there is on. */
export function daysBefore(date: string, days: number): string {
  const earlier = addCalendarDays(date, -days);
  return earlier < firstDate ? firstDate : earlier;
}

/**
 * How many buckets there are when both dates are known, of the range and of what it is compared with.
 *
 * @throws {AnalyticsError} `range_too_long` when the series would be too long
 */
export function checkBucketCount({
  date_from,
  date_to,
  period,
  compared,
}: AskedRange & { period: Period; compared?: DateRange | undefined }): void {
  if (date_from === undefined || date_to === undefined) return;
  const count = countBuckets({ date_from, date_to, period });
  const comparedCount = compared === undefined ? 0 : countBuckets({ ...compared, period });
  if (count + comparedCount <= maxBuckets) return;
  const both = comparedCount === 0 ? "," : `, and what it is compared with ${comparedCount},`;
  throw new AnalyticsError(
    "range_too_long",
    `From ${date_from} to ${date_to} a series has ${count} ${period} buckets${both} and at most ${maxBuckets} are allowed: ask for a shorter range or a coarser period.`,
  );
}

/** @throws {AnalyticsError} `range_too_long` when there are more days than ten years have */
export function checkDayCount({ date_from, date_to }: DateRange): void {
  const count = countBuckets({ date_from, date_to, period: "daily" });
  if (count <= maxDays) return;
  throw new AnalyticsError(
    "range_too_long",
    `From ${date_from} to ${date_to} there are ${count} days, and at most ${maxDays} are allowed: ask for a shorter range.`,
  );
}

interface TodayToRead extends Pick<RangeToResolve, "db" | "time_zone" | "signal"> {
  /** @default 0 */
  minutesAgo?: number;
}

/** Today in the reporting time zone, or which date it was so many minutes ago. */
export async function today({
  db,
  time_zone,
  signal,
  minutesAgo = 0,
}: TodayToRead): Promise<string> {
  const query = sql<{ today: string }>`
    select to_char(
      (current_timestamp - make_interval(mins => ${minutesAgo}::integer)) at time zone ${time_zone}, 'YYYY-MM-DD'
    ) as today
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  if (row === undefined) throw new AnalyticsError("database", "The database gave no date.");
  return row.today;
}
