import { describe, expect, test } from "vitest";
import { bestPeriod, daysBefore, periodsOf, readRange } from "./ranges.ts";

test.each([
  ["7d", "7d"],
  ["2026-01-01_2026-01-31", { date_from: "2026-01-01", date_to: "2026-01-31" }],
  ["2024-02-29_2024-02-29", { date_from: "2024-02-29", date_to: "2024-02-29" }],
  ["2026-02-31_2026-03-10", "30d"],
  ["2026-01-31_2026-01-01", "30d"],
  ["2026-01-01", "30d"],
  ["last week", "30d"],
  [null, "30d"],
])("the address's %j is %j", (text, range) => {
  expect(readRange(text)).toEqual(range);
});

describe("The best period is one of those to choose from", () => {
  const date_to = "2026-01-01";
  test.each([1, 2, 3, 30, 119, 120, 365, 500, 1_499, 1_500, 4_999, 5_000, 12_001, 46_021])(
    "of %i days",
    (days) => {
      const range = { date_from: daysBefore(date_to, days - 1), date_to };
      expect(periodsOf(range)).toContain(bestPeriod(range));
    },
  );
});
