import * as z from "zod/mini";

const allowed = 'give a calendar date like "2026-01-31"';

/** A date `YYYY-MM-DD` that exists, from year 1, the first that Postgres can read in this form. */
export const calendarDate = z.iso
  .date({ error: allowed })
  .check(z.refine((date) => date >= "0001-01-01", { error: allowed }));

interface DateRange {
  date_from?: string | undefined;
  date_to?: string | undefined;
}

/** Both dates belong to their range, so a range of one day begins and ends on it. */
export const rangeInOrder = z.refine<DateRange>(
  ({ date_from, date_to }) =>
    date_from === undefined || date_to === undefined || date_from <= date_to,
  {
    path: ["date_from"],
    error: "give a date that is not after date_to",
  },
);
