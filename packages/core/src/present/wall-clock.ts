import { AnalyticsError } from "../errors.ts";
import { formatterOf } from "./formatters.ts";

/** What a clock on the wall of a time zone shows. */
export interface WallClock {
  date: string;
  hour: number;
}

/** @throws {AnalyticsError} `unknown_time_zone` */
export function wallClock(timeZone: string, now: Date): WallClock {
  const parts = clockOf(timeZone).formatToParts(now);
  const part = (type: string): string => parts.find((found) => found.type === type)?.value ?? "";
  return {
    date: `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`,
    hour: Number(part("hour")),
  };
}

/**
 * Today's date in the reporting time zone, where it may be tomorrow already or still yesterday.
 *
 * @param timeZone the `time_zone` of an answer, like `"Europe/Berlin"`
 * @throws {AnalyticsError} `unknown_time_zone`
 * @example
 * todayIn("Asia/Tokyo", new Date("2026-03-01T18:00:00Z")); //=> "2026-03-02"
 */
export function todayIn(timeZone: string, now: Date = new Date()): string {
  return wallClock(timeZone, now).date;
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return formatterOf("en", { ...clock, timeZone });
  } catch (cause) {
    throw new AnalyticsError(
      "unknown_time_zone",
      `time_zone is ${JSON.stringify(timeZone)}: give an IANA name like "Europe/Berlin".`,
      { field: "time_zone", cause },
    );
  }
}

const clock = {
  calendar: "gregory",
  numberingSystem: "latn",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  hourCycle: "h23",
} as const satisfies Intl.DateTimeFormatOptions;
