import { addDays, countDays, type DateRange } from "@headcount/core/present";

// as many as a question may have
const maxDays = 3_660;

/** The range, or, of one that is longer than can be asked, the years up to today. */
export function latestDays(range: DateRange, today: string): DateRange {
  if (countDays(range) <= maxDays) return range;
  const date_to = range.date_from < today && today < range.date_to ? today : range.date_to;
  const earliest = addDays(date_to, 1 - maxDays);
  return { date_from: range.date_from > earliest ? range.date_from : earliest, date_to };
}
