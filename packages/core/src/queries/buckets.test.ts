import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addCalendarDays, bucketsOf, countBuckets, type DayPeriod } from "./buckets.ts";

describe("a range from 2024-02-28 to 2025-01-02 begins and ends in", () => {
  const range = { date_from: "2024-02-28", date_to: "2025-01-02" };

  test.each<[period: DayPeriod, first: [string, string], last: [string, string], count: number]>([
    ["daily", ["2024-02-28", "2024-02-28"], ["2025-01-02", "2025-01-02"], 310],
    ["weekly", ["2024-02-26", "2024-03-03"], ["2024-12-30", "2025-01-05"], 45],
    ["monthly", ["2024-02-01", "2024-02-29"], ["2025-01-01", "2025-01-31"], 12],
    ["quarterly", ["2024-01-01", "2024-03-31"], ["2025-01-01", "2025-03-31"], 5],
    ["yearly", ["2024-01-01", "2024-12-31"], ["2025-01-01", "2025-12-31"], 2],
  ])("%s buckets", (period, first, last, count) => {
    const buckets = bucketsOf({ ...range, period });
    expect(buckets).toHaveLength(count);
    expect(buckets[0]).toMatchObject({ first_day: first[0], last_day: first[1] });
    expect(buckets.at(-1)).toMatchObject({ first_day: last[0], last_day: last[1] });
  });
});

test("a day is counted as 24 hours", () => {
  expect(countBuckets({ date_from: "2026-03-29", date_to: "2026-03-30", period: "hourly" })).toBe(
    48,
  );
});

test("the first and the last year that dates can have are whole", () => {
  expect(bucketsOf({ date_from: "0001-01-01", date_to: "0001-12-31", period: "yearly" })).toEqual([
    { first_day: "0001-01-01", last_day: "0001-12-31", begins_after: 0 },
  ]);
  expect(bucketsOf({ date_from: "9999-12-31", date_to: "9999-12-31", period: "yearly" })).toEqual([
    { first_day: "9999-01-01", last_day: "9999-12-31", begins_after: -364 },
  ]);
});

const date = fc
  .date({ min: new Date("0001-01-01"), max: new Date("9990-01-01"), noInvalidDate: true })
  .map((instant) => instant.toISOString().slice(0, 10));

test("buckets follow each other without gap or overlap, and cover the range", () => {
  const periods = fc.constantFrom<DayPeriod>("daily", "weekly", "monthly", "quarterly", "yearly");
  fc.assert(
    fc.property(date, fc.nat(1500), periods, (date_from, days, period) => {
      const date_to = addCalendarDays(date_from, days);
      const buckets = bucketsOf({ date_from, date_to, period });
      expect(buckets).toHaveLength(countBuckets({ date_from, date_to, period }));
      expect(buckets[0]?.first_day.localeCompare(date_from)).toBeLessThanOrEqual(0);
      expect(buckets[0]?.last_day.localeCompare(date_from)).toBeGreaterThanOrEqual(0);
      expect(buckets.at(-1)?.first_day.localeCompare(date_to)).toBeLessThanOrEqual(0);
      expect(buckets.at(-1)?.last_day.localeCompare(date_to)).toBeGreaterThanOrEqual(0);
      for (const { first_day, begins_after } of buckets) {
        expect(addCalendarDays(date_from, begins_after)).toBe(first_day);
      }
      for (const [index, bucket] of buckets.slice(1).entries()) {
        expect(addCalendarDays(buckets[index]?.last_day ?? "", 1)).toBe(bucket.first_day);
      }
    }),
  );
});
