import { type DateRange, presetRange, type RangePreset } from "@headcount/core/present";

/** A preset that ends today, or a range's two dates. */
export type RangeChoice = RangePreset | DateRange;

/** The dates of a choice. */
export function datesOf(choice: RangeChoice, today: string): DateRange {
  return typeof choice === "string" ? presetRange(choice, today) : choice;
}
