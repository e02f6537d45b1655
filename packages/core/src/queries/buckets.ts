import { UTCDateMini } from "@date-fns/utc/date/mini";
import { addDays } from "date-fns/addDays";
import { addMonths } from "date-fns/addMonths";
import { addQuarters } from "date-fns/addQuarters";
import { addYears } from "date-fns/addYears";
import { millisecondsInDay } from "date-fns/constants";
import { differenceInCalendarISOWeeks } from "date-fns/differenceInCalendarISOWeeks";
import { differenceInCalendarMonths } from "date-fns/differenceInCalendarMonths";
import { differenceInCalendarQuarters } from "date-fns/differenceInCalendarQuarters";
import { differenceInCalendarYears } from "date-fns/differenceInCalendarYears";
import { getDaysInMonth } from "date-fns/getDaysInMonth";
import { startOfISOWeek } from "date-fns/startOfISOWeek";
import { startOfMonth } from "date-fns/startOfMonth";
import { startOfQuarter } from "date-fns/startOfQuarter";
import { startOfYear } from "date-fns/startOfYear";
import { subDays } from "date-fns/subDays";
import type { Period } from "../contract/period.ts";

/** Periods of whole days. The hours of a date depend on its time zone: only the database knows them. */
export type DayPeriod = Exclude<Period, "hourly">;

/** A whole period, whether or not the range has all of it. */
export interface Bucket {
  first_day: string;
  last_day: string;
  /** How many days after the first one of the range; less than 0 when the range cuts it. */
  begins_after: number;
}

interface Range {
  date_from: string;
  date_to: string;
}

interface Calendar {
  start: (date: Date) => Date;
  add: (date: Date, count: number) => Date;
  /** How many periods begin after the one of `from`, up to that of `to`. */
  difference: (to: Date, from: Date) => number;
}

const calendars: Readonly<Record<Exclude<DayPeriod, "daily" | "weekly">, Calendar>> = {
  monthly: { start: startOfMonth, add: addMonths, difference: differenceInCalendarMonths },
  quarterly: { start: startOfQuarter, add: addQuarters, difference: differenceInCalendarQuarters },
  yearly: { start: startOfYear, add: addYears, difference: differenceInCalendarYears },
};

/** Every period that has a day in the range, in order. Weeks start on Monday. */
export function bucketsOf({ period, ...range }: Range & { period: DayPeriod }): Bucket[] {
  const count = countBuckets({ ...range, period });
  if (period === "daily") return daysOf(range.date_from, count);
  if (period === "weekly") return weeksOf(range.date_from, count);
  const { start, add } = calendars[period];
  const from = new UTCDateMini(range.date_from);
  const first = start(from);
  const buckets: Bucket[] = [];
  let bucketStart = first;
  for (let index = 1; index <= count; index++) {
    const nextStart = add(first, index);
    buckets.push({
      first_day: calendarDateOf(bucketStart),
      last_day: calendarDateOf(subDays(nextStart, 1)),
      begins_after: (bucketStart.getTime() - from.getTime()) / millisecondsInDay,
    });
    bucketStart = nextStart;
  }
  return buckets;
}

/** How many buckets a range has; a day counts as 24 hours. */
export function countBuckets({ date_from, date_to, period }: Range & { period: Period }): number {
  if (period === "hourly") return 24 * countBuckets({ date_from, date_to, period: "daily" });
  if (period === "daily") return daysBetween(date_from, date_to) + 1;
  const [from, to] = [new UTCDateMini(date_from), new UTCDateMini(date_to)];
  const difference =
    period === "weekly" ? differenceInCalendarISOWeeks : calendars[period].difference;
  return difference(to, from) + 1;
}

function daysOf(first: string, count: number): Bucket[] {
  return datesFrom(first, count).map((day, nth) => ({
    first_day: day,
    last_day: day,
    begins_after: nth,
  }));
}

function weeksOf(date_from: string, count: number): Bucket[] {
  const monday = calendarDateOf(startOfISOWeek(new UTCDateMini(date_from)));
  const dates = datesFrom(monday, 7 * count);
  const mondayAfter = daysBetween(date_from, monday);
  return Array.from({ length: count }, (_, nth) => ({
    first_day: dates[7 * nth] ?? "",
    last_day: dates[7 * nth + 6] ?? "",
    begins_after: mondayAfter + 7 * nth,
  }));
}

// A year is asked for so often that it should cost next to nothing: a date object is made for each month only.
function datesFrom(date: string, count: number): string[] {
  const dates: string[] = [];
  const first = new UTCDateMini(date);
  let day = first.getDate();
  for (let month = startOfMonth(first); dates.length < count; month = addMonths(month, 1)) {
    const yearAndMonth = calendarDateOf(month).slice(0, "YYYY-MM-".length);
    const last = getDaysInMonth(month);
    for (; day <= last && dates.length < count; day++) {
      dates.push(yearAndMonth + (day < 10 ? `0${day}` : day));
    }
    day = 1;
  }
  return dates;
}

/** How many days one date is after another. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / millisecondsInDay;
}

/** The date so many days after this one. */
export function addCalendarDays(date: string, days: number): string {
  return calendarDateOf(addDays(new UTCDateMini(date), days));
}

function calendarDateOf(date: Date): string {
  return date.toISOString().slice(0, "YYYY-MM-DD".length);
}
