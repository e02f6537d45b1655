import * as z from "zod/mini";
import { type Measures, measureFields } from "./measures.ts";

export const measureChange = z.object({
  current: z.nullable(z.number()),
  previous: z.nullable(z.number()),
  absolute: z.nullable(z.number()),
  percent: z.nullable(z.number()),
});

/** How a measure changed, with the two numbers that it is said of; null where it is not known. */
export interface MeasureChange {
  /** Of the range asked for, as far as it is over. */
  current: number | null;
  /** Of as much of the other range. */
  previous: number | null;
  /** `current - previous`; of a rate in percentage points. */
  absolute: number | null;
  /** Percent of `previous`, with one decimal; null for a rate, and where `previous` is 0. */
  percent: number | null;
}

/** How each measure changed. */
export type Change = Record<keyof Measures, MeasureChange>;

const names = Object.keys(measureFields) as (keyof Measures)[];

export const change = z.object(
  Object.fromEntries(names.map((name) => [name, measureChange])) as Record<
    keyof Measures,
    typeof measureChange
  >,
);

const cut = z.object({ date: z.iso.date(), hour: z.int() });

/** Until when something is counted: all hours of the date before this one, 0 to 23. */
export interface Cut {
  /** `YYYY-MM-DD` in the reporting time zone. */
  date: string;
  /** The first hour of it that is not counted any more. */
  hour: number;
}

export const nullableCut = z.nullable(cut);
