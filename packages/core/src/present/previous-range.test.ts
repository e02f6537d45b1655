import { expect, test } from "vitest";
import { addDays, countDays } from "./calendar.ts";
import { previousRange } from "./previous-range.ts";

test.each([
  ["previous_period", "2026-03-02", "2026-03-08", "2026-02-23", "2026-03-01"],
  ["previous_period", "2026-03-01", "2026-03-01", "2026-02-28", "2026-02-28"],
  ["previous_period", "2026-03-01", "2026-03-31", "2026-01-29", "2026-02-28"],
  ["previous_month", "2026-11-01", "2026-11-28", "2026-10-01", "2026-10-28"],
  ["previous_month", "2026-10-01", "2026-10-31", "2026-09-01", "2026-09-30"],
  ["previous_month", "2026-03-01", "2026-03-30", "2026-02-01", "2026-02-28"],
  ["previous_month", "2026-02-01", "2026-02-28", "2026-01-01", "2026-01-31"],
  ["previous_quarter", "2026-01-01", "2026-03-31", "2025-10-01", "2025-12-31"],
  ["previous_year", "2025-02-01", "2025-02-28", "2024-02-01", "2024-02-29"],
  ["previous_year", "2024-02-29", "2024-02-29", "2023-02-28", "2023-02-28"],
] as const)("%s of %s to %s is %s to %s", (...[compare, date_from, date_to, from, to]) => {
  const before = previousRange({ date_from, date_to }, { compare });
  expect(before).toEqual({ date_from: from, date_to: to });
});

test("by weeks, whole weeks meet whole weeks", () => {
  for (let days = 1; days < 60; days++) {
    const date_from = "2026-01-05";
    const range = { date_from, date_to: addDays(date_from, days - 1) };
    const before = previousRange(range, { compare: "previous_period", period: "weekly" });
    const shift = countDays({ date_from: before.date_from, date_to: date_from }) - 1;
    expect(shift % 7).toBe(0);
    expect(shift).toBeGreaterThanOrEqual(days);
    expect(shift - days).toBeLessThan(7);
    expect(countDays(before)).toBe(days);
    const year = previousRange(range, { compare: "previous_year", period: "weekly" });
    expect(addDays(year.date_from, 364)).toBe(date_from);
  }
});
