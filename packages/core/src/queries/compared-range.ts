import { firstDate } from "../contract/calendar-date.ts";
import type { ComparisonQuery } from "../contract/comparison-query.ts";
import type { Period } from "../contract/period.ts";
import { AnalyticsError } from "../errors.ts";
import { previousRange } from "../present/previous-range.ts";
import type { DateRange } from "./date-range.ts";

interface RangeToCompare extends ComparisonQuery {
  range: DateRange;
  period: Period;
}

/**
 * The range that another one is compared with; undefined when no comparison is asked for.
 *
 * @throws {AnalyticsError} `invalid_input` when it would begin before the first date there is
 */
export function comparedRange({
  compare,
  compare_from,
  compare_to,
  range,
  period,
}: RangeToCompare): DateRange | undefined {
  if (compare_from !== undefined && compare_to !== undefined) {
    return { date_from: compare_from, date_to: compare_to };
  }
  if (compare === undefined) return undefined;
  const compared = previousRange(range, { compare, period });
  if (/^\d{4}-/.test(compared.date_from) && compared.date_from >= firstDate) return compared;
  throw new AnalyticsError(
    "invalid_input",
    `compare is "${compare}", which begins before ${firstDate} for a range from ${range.date_from}: give a later date_from, or leave it out.`,
    { field: "compare" },
  );
}
