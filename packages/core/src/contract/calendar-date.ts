import * as z from "zod/mini";

/** The first date that Postgres can read in this form. */
export const firstDate = "0001-01-01";

const allowed = 'give a calendar date like "2026-01-31"';

/** A date `YYYY-MM-DD` that exists, from {@link firstDate} on. */
export const calendarDate = z.iso
  .date({ error: allowed, abort: true })
  .check(z.refine((date) => date >= firstDate, { error: allowed }));

/** Dates in the reporting time zone; both belong to the range. */
export interface DateRange {
  /** The first day, `YYYY-MM-DD`. */
  date_from?: string | undefined;
  /** The last day, `YYYY-MM-DD`, which belongs to the range. */
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
