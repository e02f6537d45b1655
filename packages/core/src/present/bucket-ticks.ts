import type { Period } from "../contract/period.ts";
import type { TimeSeriesBucket } from "../contract/time-series.ts";
import { parseDate } from "./calendar.ts";
import type { LocaleOptions } from "./format-date.ts";
import { formatterOf } from "./formatters.ts";

type BucketTime = Pick<TimeSeriesBucket, "date" | "hour">;

/** A bucket that the time axis names. */
export interface BucketTick {
  /** Which of the buckets, from 0. */
  index: number;
  label: string;
}

export interface BucketTicksOptions extends LocaleOptions {
  period: Period;
  /** For how many labels there is room: some 80 pixels each. */
  maxTicks: number;
}

/**
 * What the time axis of a series says: evenly spread, the newest bucket always among them (of hours the newest day),
 * with dates where hours go over several days and years where the range goes over several years.
 *
 * @throws {AnalyticsError} `invalid_input` when the date of a bucket is not one
 * @example
 * const ticks = bucketTicks(series.data, { period: series.period, maxTicks: 8, locale: "en-GB" });
 * ticks.at(-1); //=> { index: 29, label: "31 Mar" }
 */
export function bucketTicks(
  buckets: readonly BucketTime[],
  { period, maxTicks, locale }: BucketTicksOptions,
): BucketTick[] {
  if (period === "hourly") return hourTicks(buckets, { maxTicks, locale });
  const every = stepOf({ period, count: buckets.length, maxTicks });
  const shown = buckets
    .map((bucket, index) => ({ ...bucket, index }))
    .filter(({ index }) => (buckets.length - 1 - index) % every === 0);
  const severalYears = yearOf(buckets[0]) !== yearOf(buckets.at(-1));
  return shown.map(({ date, index }, nth) => {
    const isNewYear = yearOf(shown[nth - 1]) !== date.slice(0, 4);
    const withYear = isNewYear && (severalYears || period === "monthly");
    return { index, label: labelOf(date, { period, withYear, locale }) };
  });
}

const steps: Readonly<Record<Period, readonly number[]>> = {
  hourly: [1, 2, 3, 4, 6, 8, 12, 24],
  daily: [1, 2, 7, 14, 28],
  weekly: [1, 2, 4, 8, 13, 26],
  monthly: [1, 2, 3, 6, 12],
  quarterly: [1, 2, 4, 8, 20],
  yearly: [1, 2, 5, 10],
};

interface TicksToFit {
  period: Period;
  count: number;
  maxTicks: number;
}

function stepOf({ period, count, maxTicks }: TicksToFit): number {
  const room = Math.max(maxTicks, 1);
  const fits = (step: number): boolean => Math.ceil(count / step) <= room;
  const last = steps[period].at(-1) ?? 1;
  return steps[period].find(fits) ?? last * Math.ceil(count / last / room);
}

interface HourTicksOptions extends LocaleOptions {
  maxTicks: number;
}

function hourTicks(buckets: readonly BucketTime[], options: HourTicksOptions): BucketTick[] {
  const { maxTicks, locale } = options;
  const day = formatterOf(locale, { day: "numeric", month: "short" });
  const time = formatterOf(locale, { timeStyle: "short" });
  // not those of hour 0: there are days on which clocks skip it
  const starts = buckets.flatMap(({ date }, index) =>
    date === buckets[index - 1]?.date ? [] : [index],
  );
  if (starts.length > 2) {
    const every = Math.ceil(starts.length / Math.max(maxTicks, 1));
    return starts
      .filter((_, nth) => (starts.length - 1 - nth) % every === 0)
      .map((index) => ({ index, label: day.format(parseDate(buckets[index]?.date ?? "")) }));
  }
  const every = stepOf({ period: "hourly", count: buckets.length, maxTicks });
  return buckets.flatMap(({ date, hour = 0 }, index) => {
    const isStart = starts.includes(index);
    if (isStart && starts.length > 1) return [{ index, label: day.format(parseDate(date)) }];
    if (hour % every !== 0) return [];
    return [{ index, label: time.format(parseDate(date) + hour * 3_600_000) }];
  });
}

interface LabelOptions extends LocaleOptions {
  period: Period;
  withYear: boolean;
}

function labelOf(date: string, { period, withYear, locale }: LabelOptions): string {
  const at = parseDate(date);
  const year = withYear ? ({ year: "numeric" } as const) : {};
  switch (period) {
    case "hourly":
    case "daily":
    case "weekly":
      return formatterOf(locale, { day: "numeric", month: "short", ...year }).format(at);
    case "monthly":
      return formatterOf(locale, { month: "short", ...year }).format(at);
    case "quarterly":
      return `Q${new Date(at).getUTCMonth() / 3 + 1} ${date.slice(0, 4)}`;
    case "yearly":
      return formatterOf(locale, { year: "numeric" }).format(at);
  }
}

function yearOf(bucket: BucketTime | undefined): string | undefined {
  return bucket?.date.slice(0, 4);
}
