import type { Period } from "../contract/period.ts";
import type { TimeSeriesBucket } from "../contract/time-series.ts";
import { type DateRange, lastDayOf, parseDate } from "./calendar.ts";
import { formatterOf } from "./formatters.ts";
import { wallClock } from "./wall-clock.ts";

/** In which language dates are written, like `"de"`: the reader's own by default. */
export interface LocaleOptions {
  locale?: string | undefined;
}

const date = { day: "numeric", month: "short", year: "numeric" } as const;
const weekday = { weekday: "short", ...date } as const;
const hourMs = 3_600_000;

/**
 * Writes a range of calendar dates; of a single day the weekday too.
 *
 * @throws {AnalyticsError} `invalid_input` when a date is not one
 * @example
 * formatRange({ date_from: "2026-03-02", date_to: "2026-03-08" }, { locale: "en-GB" }); //=> "2 – 8 Mar 2026"
 */
export function formatRange(
  { date_from, date_to }: DateRange,
  options: LocaleOptions = {},
): string {
  const style = date_from === date_to ? weekday : date;
  return formatterOf(options.locale, style).formatRange(parseDate(date_from), parseDate(date_to));
}

/**
 * Writes which part of time a bucket is, in full, without a word that would need a translation: a week by its first
 * and last day, a quarter by its months.
 *
 * @throws {AnalyticsError} `invalid_input` when its date is not one
 * @example
 * formatBucket({ date: "2026-03-02", hour: 15 }, { period: "hourly", locale: "en-GB" });
 * //=> "Mon, 2 Mar 2026, 15:00–16:00"
 */
export function formatBucket(
  bucket: Pick<TimeSeriesBucket, "date" | "hour">,
  { period, locale }: LocaleOptions & { period: Period },
): string {
  const from = parseDate(bucket.date);
  switch (period) {
    case "hourly": {
      const begin = from + (bucket.hour ?? 0) * hourMs;
      const style = { ...weekday, hour: "numeric", minute: "2-digit" } as const;
      // the last hour ends on the next day, which nobody wants to read
      const end = begin + hourMs - (bucket.hour === 23 ? 1 : 0);
      return formatterOf(locale, style).formatRange(begin, end);
    }
    case "daily":
      return formatterOf(locale, weekday).format(from);
    case "weekly":
      return formatRange(
        { date_from: bucket.date, date_to: lastDayOf(bucket.date, period) },
        { locale },
      );
    case "monthly":
      return formatterOf(locale, { month: "long", year: "numeric" }).format(from);
    case "quarterly": {
      const style = { month: "short", year: "numeric" } as const;
      return formatterOf(locale, style).formatRange(
        from,
        parseDate(lastDayOf(bucket.date, period)),
      );
    }
    case "yearly":
      return formatterOf(locale, { year: "numeric" }).format(from);
  }
}

/**
 * Writes an instant as clocks of the reporting time zone showed it; with its year when that is not this one.
 *
 * @param instant like `visitor.last_visit`
 * @throws {AnalyticsError} `unknown_time_zone`
 * @example
 * formatInstant("2026-03-02T17:05:00.000Z", { timeZone: "Europe/Berlin", locale: "en-GB" }); //=> "2 Mar, 18:05"
 */
export function formatInstant(
  instant: string,
  { timeZone, locale, now = new Date() }: LocaleOptions & { timeZone: string; now?: Date },
): string {
  const at = new Date(instant);
  const year = (moment: Date): string => wallClock(timeZone, moment).date.slice(0, 4);
  const style = {
    ...date,
    ...(year(at) === year(now) ? { year: undefined } : {}),
    hour: "numeric",
    minute: "2-digit",
  } as const;
  return formatterOf(locale, { ...style, timeZone }).format(at);
}

/**
 * The name of a time zone, summer and winter alike: what the dates on a page are dates of.
 *
 * @throws {AnalyticsError} `unknown_time_zone`
 * @example
 * formatTimeZone("Europe/Berlin", { locale: "en" }); //=> "Central European Time"
 */
export function formatTimeZone(timeZone: string, { locale }: LocaleOptions = {}): string {
  wallClock(timeZone, new Date());
  const style = { timeZone, timeZoneName: "longGeneric" } as const;
  const parts = formatterOf(locale, style).formatToParts();
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
  // where a zone has no name of its own, its own id says more than an offset
  return /\d/.test(name) ? timeZone : name;
}
