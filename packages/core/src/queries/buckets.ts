import { UTCDateMini } from "@date-fns/utc/date/mini";
import { addDays } from "date-fns/addDays";
import { addMonths } from "date-fns/addMonths";
import { addQuarters } from "date-fns/addQuarters";
import { addWeeks } from "date-fns/addWeeks";
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

const calendars: Readonly<Record<Exclude<DayPeriod, "daily">, Calendar>> = {
  weekly: { start: startOfISOWeek, add: addWeeks, difference: differenceInCalendarISOWeeks },
  monthly: { start: startOfMonth, add: addMonths, difference: differenceInCalendarMonths },
  quarterly: { start: startOfQuarter, add: addQuarters, difference: differenceInCalendarQuarters },
  yearly: { start: startOfYear, add: addYears, difference: differenceInCalendarYears },
};

/** Every period that has a day in the range, in order. Weeks start on Monday. */
export function bucketsOf({ period, ...range }: Range & { period: DayPeriod }): Bucket[] {
  const count = countBuckets({ ...range, period });
  if (period === "daily") return daysOf(range.date_from, count);
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
  return calendars[period].difference(new UTCDateMini(date_to), new UTCDateMini(date_from)) + 1;
}

// A year of days is asked for so often that it should cost next to nothing: a date is made for each month only.
function daysOf(date: string, count: number): Bucket[] {
  const days: Bucket[] = [];
  const first = new UTCDateMini(date);
  let day = first.getDate();
  for (let month = startOfMonth(first); days.length < count; month = addMonths(month, 1)) {
    const yearAndMonth = calendarDateOf(month).slice(0, "YYYY-MM-".length);
    const last = getDaysInMonth(month);
    for (; day <= last && days.length < count; day++) {
      const name = yearAndMonth + (day < 10 ? `0${day}` : day);
      days.push({ first_day: name, last_day: name, begins_after: days.length });
    }
    day = 1;
  }
  return days;
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
