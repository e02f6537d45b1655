import { expect, test } from "vitest";
import type { Period } from "../contract/period.ts";
import { bestPeriod, periodsOf } from "./best-period.ts";
import { addDays, countDays } from "./calendar.ts";
import { presetRange, rangePresets } from "./range-presets.ts";

const days = Array.from({ length: 1_500 }, (_, index) => addDays("2023-12-31", index));

test("twelve months are this one so far and the eleven before, whatever the day", () => {
  expect(presetRange("12m", "2026-03-15")).toEqual({
    date_from: "2025-04-01",
    date_to: "2026-03-15",
  });
  expect(presetRange("12m", "2024-02-29").date_from).toBe("2023-03-01");
  expect(presetRange("12m", "2026-12-31").date_from).toBe("2026-01-01");
});

test.each([
  ["today", 1],
  ["7d", 7],
  ["30d", 30],
  ["90d", 90],
] as const)("%s has %i days, and today is the last", (preset, count) => {
  for (const today of days) {
    const range = presetRange(preset, today);
    expect([countDays(range), range.date_to]).toEqual([count, today]);
  }
});

test("on every day, a preset begins with a whole bucket of its best period", () => {
  for (const today of days) {
    for (const preset of rangePresets) {
      const range = presetRange(preset, today);
      const begins = { hourly: /./, daily: /./, monthly: /-01$/ } as Record<Period, RegExp>;
      expect(range.date_from).toMatch(begins[bestPeriod(range)]);
    }
  }
});

test.each([1, 2, 3, 30, 119, 120, 299, 300, 1_829, 1_830, 5_490, 46_021])(
  "the best period of %i days is one of those to choose from, and has 200 buckets at most",
  (count) => {
    const range = { date_from: addDays("2026-01-01", 1 - count), date_to: "2026-01-01" };
    const period = bestPeriod(range);
    expect(periodsOf(range)).toContain(period);
    const daysIn = { hourly: 1 / 24, daily: 1, weekly: 7, monthly: 30, quarterly: 91, yearly: 365 };
    expect(count / daysIn[period]).toBeLessThan(200);
  },
);

test("what is not a date is refused with what it is", () => {
  for (const today of ["yesterday", "2026-3-1", "2026-02-40", ""]) {
    expect(() => presetRange("7d", today)).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        message: `${JSON.stringify(today)} is not a date: give one like "2026-01-31".`,
      }),
    );
  }
});
