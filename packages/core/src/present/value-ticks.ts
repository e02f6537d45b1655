import type { Measure } from "./format-measure.ts";

const maxSteps = 5;
const minute = 60;
const hour = 60 * minute;
// as a clock is read: not every 50 s or 1 m 40 s
const secondSteps = [1, 2, 5, 10, 15, 30, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute];
const percentSteps = [1, 2, 5, 10, 20];

/**
 * The values that an axis names, from 0 to one that is not below the highest: counts in whole steps of 1, 2 or 5
 * (times ten), time in steps of seconds and minutes such as 30 s, 1, 2 and 5 min, and percent up to 100.
 *
 * @param highest of the values shown; 0 or null where there are none
 * @example
 * valueTicks("avg_time_on_page", 95); //=> [0, 30, 60, 90, 120]
 */
export function valueTicks(measure: Measure, highest: number | null): number[] {
  const top = Math.max(highest ?? 0, 0);
  const step = stepOf(measure, top);
  const count = Math.max(Math.ceil(top / step), 1);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

function stepOf(measure: Measure, top: number): number {
  const fits = (step: number): boolean => top <= step * maxSteps;
  if (measure === "bounce_rate") return percentSteps.find(fits) ?? 20;
  if (measure === "avg_time_on_page") {
    return secondSteps.find(fits) ?? hour * decimalStep(top / hour);
  }
  return decimalStep(top);
}

// the least of 1, 2, 5, 10, 20, 50 …
function decimalStep(top: number): number {
  const power = 10 ** Math.max(Math.floor(Math.log10(Math.max(top / maxSteps, 1))), 0);
  return [1, 2, 5].map((step) => step * power).find((step) => top <= step * maxSteps) ?? 10 * power;
}
