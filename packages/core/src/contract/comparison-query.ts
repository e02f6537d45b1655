import * as z from "zod/mini";
import { calendarDate } from "./calendar-date.ts";
import { oneOf } from "./one-of.ts";

/** With what a range can be compared without dates: as many days before it, or the same days of an earlier month, quarter or year. */
export const comparisons = [
  "previous_period",
  "previous_month",
  "previous_quarter",
  "previous_year",
] as const;

export type Comparison = (typeof comparisons)[number];

/** The fields that ask for a comparison. */
export const comparisonFields = {
  compare: z.optional(oneOf(comparisons)),
  compare_from: z.optional(calendarDate),
  compare_to: z.optional(calendarDate),
};

/** What a range is compared with: one of the names, or a range of its own; nothing when all are left out. */
export interface ComparisonQuery {
  /** By name. Which one is meant is never guessed from the dates. */
  compare?: Comparison | undefined;
  /** The first day of another range, `YYYY-MM-DD`; with `compare_to`, and without `compare`. */
  compare_from?: string | undefined;
  /** The last day of the other range, which belongs to it. */
  compare_to?: string | undefined;
}

/** Both dates of the other range or none, in their order, and not beside a name. */
export const comparisonInOrder = [
  z.refine<ComparisonQuery>(
    ({ compare_from, compare_to }) => compare_to === undefined || compare_from !== undefined,
    { path: ["compare_from"], error: "give both compare_from and compare_to, or neither" },
  ),
  z.refine<ComparisonQuery>(
    ({ compare_from, compare_to }) => compare_from === undefined || compare_to !== undefined,
    { path: ["compare_to"], error: "give both compare_from and compare_to, or neither" },
  ),
  z.refine<ComparisonQuery>(
    ({ compare_from, compare_to }) =>
      compare_from === undefined || compare_to === undefined || compare_from <= compare_to,
    { path: ["compare_from"], error: "give a date that is not after compare_to" },
  ),
  z.refine<ComparisonQuery>(
    ({ compare, compare_from }) => compare === undefined || compare_from === undefined,
    { path: ["compare"], error: "leave it out beside compare_from and compare_to" },
  ),
] as const;
