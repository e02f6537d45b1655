import { UTCDateMini } from "@date-fns/utc/date/mini";
import { addDays } from "date-fns/addDays";
import { addMonths } from "date-fns/addMonths";
import { addQuarters } from "date-fns/addQuarters";
import { addWeeks } from "date-fns/addWeeks";
import { addYears } from "date-fns/addYears";
import { millisecondsInDay } from "date-fns/constants";
import { differenceInCalendarDays } from "date-fns/differenceInCalendarDays";
import { differenceInCalendarISOWeeks } from "date-fns/differenceInCalendarISOWeeks";
import { differenceInCalendarMonths } from "date-fns/differenceInCalendarMonths";
import { differenceInCalendarQuarters } from "date-fns/differenceInCalendarQuarters";
import { differenceInCalendarYears } from "date-fns/differenceInCalendarYears";
import { startOfISOWeek } from "date-fns/startOfISOWeek";
import { startOfMonth } from "date-fns/startOfMonth";
import { startOfQuarter } from "date-fns/startOfQuarter";
import { startOfYear } from "date-fns/startOfYear";
import type { Period } from "../contract/period.ts";

/** Periods of whole days. The hours of a date depend on its time zone: only the database knows them. */
export type DayPeriod = Exclude<Period, "hourly">;

/** A whole period, whether or not the range has all of it. */
export interface Bucket {
  first_day: string;
  last_day: string;
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

const calendars: Readonly<Record<DayPeriod, Calendar>> = {
  // in UTC a day is always as long: a year of days is asked for so often that it should cost next to nothing
  daily: {
    start: (date) => date,
    add: (date, count) => new Date(date.getTime() + count * millisecondsInDay),
    difference: differenceInCalendarDays,
  },
  weekly: { start: startOfISOWeek, add: addWeeks, difference: differenceInCalendarISOWeeks },
  monthly: { start: startOfMonth, add: addMonths, difference: differenceInCalendarMonths },
  quarterly: { start: startOfQuarter, add: addQuarters, difference: differenceInCalendarQuarters },
  yearly: { start: startOfYear, add: addYears, difference: differenceInCalendarYears },
};

/** Every period that has a day in the range, in order. Weeks start on Monday. */
export function bucketsOf({ date_from, date_to, period }: Range & { period: DayPeriod }): Bucket[] {
  const { start, add } = calendars[period];
  const first = start(new UTCDateMini(date_from));
  const count = countBuckets({ date_from, date_to, period });
  const buckets: Bucket[] = [];
  let bucketStart = first;
  for (let index = 1; index <= count; index++) {
    const nextStart = add(first, index);
    const first_day = calendarDateOf(bucketStart);
    const last_day = period === "daily" ? first_day : calendarDateOf(dayBefore(nextStart));
    buckets.push({ first_day, last_day });
    bucketStart = nextStart;
  }
  return buckets;
}

/** How many buckets a range has; a day counts as 24 hours. */
export function countBuckets({ date_from, date_to, period }: Range & { period: Period }): number {
  if (period === "hourly") return 24 * countBuckets({ date_from, date_to, period: "daily" });
  return calendars[period].difference(new UTCDateMini(date_to), new UTCDateMini(date_from)) + 1;
}

/** The date so many days after this one. */
export function addCalendarDays(date: string, days: number): string {
  return calendarDateOf(addDays(new UTCDateMini(date), days));
}

function dayBefore(date: Date): Date {
  return new Date(date.getTime() - millisecondsInDay);
}

function calendarDateOf(date: Date): string {
  return date.toISOString().slice(0, "YYYY-MM-DD".length);
}
