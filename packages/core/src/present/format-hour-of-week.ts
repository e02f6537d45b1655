import type { HourOfWeek } from "../contract/heat-map.ts";
import { parseDate } from "./calendar.ts";
import type { LocaleOptions } from "./format-date.ts";
import { formatterOf } from "./formatters.ts";

type HourOfWeekTime = Pick<HourOfWeek, "weekday" | "hour">;

/**
 * Writes an hour of the week in full, in the reader's language.
 *
 * @example
 * formatHourOfWeek({ weekday: 1, hour: 9 }, { locale: "en-GB" }); //=> "Mon, 09:00–10:00"
 */
export function formatHourOfWeek(at: HourOfWeekTime, { locale }: LocaleOptions = {}): string {
  const begin = instantOf(at);
  // the last hour ends on the next day, which nobody wants to read
  const end = begin + hourMs - (at.hour === 23 ? 1 : 0);
  return formatterOf(locale, { weekday: "short", ...clock }).formatRange(begin, end);
}

/**
 * The names of the seven days, Monday first, and of the 24 hours: what stands beside a heat map.
 *
 * @example
 * weekNames({ locale: "en-US" }); //=> { weekdays: ["Mon", "Tue", …], hours: ["12 AM", "1 AM", …] }
 */
export function weekNames({ locale }: LocaleOptions = {}): { weekdays: string[]; hours: string[] } {
  const day = formatterOf(locale, { weekday: "short" });
  const hour = formatterOf(locale, { hour: "numeric" });
  return {
    weekdays: Array.from({ length: 7 }, (_, nth) =>
      day.format(instantOf({ weekday: nth + 1, hour: 0 })),
    ),
    hours: Array.from({ length: 24 }, (_, nth) =>
      hour.format(instantOf({ weekday: 1, hour: nth })),
    ),
  };
}

const hourMs = 3_600_000;
const clock = { hour: "numeric", minute: "2-digit" } as const;
const aMonday = parseDate("2024-01-01");

function instantOf({ weekday, hour }: HourOfWeekTime): number {
  return aMonday + ((weekday - 1) * 24 + hour) * hourMs;
}
