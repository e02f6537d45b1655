import { expect, test } from "vitest";
import { addDays, addMonths, countDays, firstOfMonth, lastDayOf } from "./calendar.ts";

test.each([
  ["2026-01-31", 1, "2026-02-28"],
  ["2024-01-31", 1, "2024-02-29"],
  ["2026-03-31", -1, "2026-02-28"],
  ["2026-01-15", -13, "2024-12-15"],
  ["2026-12-01", 1, "2027-01-01"],
] as const)("%s and %i months is %s", (date, count, expected) => {
  expect(addMonths(date, count)).toBe(expected);
});

test("days are those of the calendar, over leap days and years", () => {
  expect(addDays("2024-02-28", 2)).toBe("2024-03-01");
  expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
  expect(countDays({ date_from: "2024-01-01", date_to: "2024-12-31" })).toBe(366);
  expect(firstOfMonth("2026-03-31")).toBe("2026-03-01");
});

test.each([
  ["hourly", "2026-01-01", "2026-01-01"],
  ["daily", "2026-01-01", "2026-01-01"],
  ["weekly", "2025-12-29", "2026-01-04"],
  ["monthly", "2024-02-01", "2024-02-29"],
  ["quarterly", "2025-10-01", "2025-12-31"],
  ["yearly", "2024-01-01", "2024-12-31"],
] as const)("a %s bucket of %s ends on %s", (period, first, last) => {
  expect(lastDayOf(first, period)).toBe(last);
});
