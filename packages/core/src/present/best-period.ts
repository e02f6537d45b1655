import type { Period } from "../contract/period.ts";
import { countDays, type DateRange } from "./calendar.ts";

// from how many days to how many a period makes a chart that can be read, and from how many it is the best one
const readable: readonly { period: Period; from: number; to: number; best: number }[] = [
  { period: "hourly", from: 1, to: 14, best: 1 },
  { period: "daily", from: 2, to: 400, best: 3 },
  { period: "weekly", from: 8, to: 1_200, best: 120 },
  { period: "monthly", from: 32, to: 4_000, best: 300 },
  { period: "quarterly", from: 93, to: 12_000, best: 1_830 },
  { period: "yearly", from: 367, to: Infinity, best: 5_490 },
];

/**
 * The periods that a range can be cut into on a chart, finest first; the others have too few buckets or too many.
 *
 * @example
 * periodsOf({ date_from: "2026-03-01", date_to: "2026-03-07" }); //=> ["hourly", "daily"]
 */
export function periodsOf(range: DateRange): Period[] {
  const days = countDays(range);
  const fitting = readable.filter(({ from, to }) => from <= days && days <= to);
  return fitting.map(({ period }) => period);
}

/**
 * The period that shows a range best: one of its {@link periodsOf}, of some 12 to 119 buckets where it can be.
 *
 * @example
 * bestPeriod({ date_from: "2025-04-01", date_to: "2026-03-15" }); //=> "monthly"
 */
export function bestPeriod(range: DateRange): Period {
  const days = countDays(range);
  return readable.findLast(({ best }) => best <= days)?.period ?? "hourly";
}
