import { describe, expect, test } from "vitest";
import type { Period } from "../contract/period.ts";
import { type BucketTicksOptions, bucketTicks } from "./bucket-ticks.ts";
import { addDays, addMonths } from "./calendar.ts";

function days(first: string, count: number) {
  return Array.from({ length: count }, (_, index) => ({ date: addDays(first, index) }));
}

function hours(first: string, count: number) {
  return days(first, count).flatMap(({ date }) =>
    Array.from({ length: 24 }, (_, hour) => ({ date, hour })),
  );
}

function labels(buckets: { date: string; hour?: number }[], options: BucketTicksOptions): string[] {
  return bucketTicks(buckets, { locale: "en-GB", ...options }).map(({ label }) => label);
}

describe("hours", () => {
  test("of one day have the time of the day, in the reader's own way", () => {
    const day = hours("2026-03-02", 1);
    expect(labels(day, { period: "hourly", maxTicks: 4 })).toEqual([
      "00:00",
      "06:00",
      "12:00",
      "18:00",
    ]);
    const american = labels(day, { period: "hourly", maxTicks: 4, locale: "en-US" });
    expect(american.map((label) => label.replaceAll("\u202F", " "))).toEqual([
      "12:00 AM",
      "6:00 AM",
      "12:00 PM",
      "6:00 PM",
    ]);
  });

  test("of two days name the days", () => {
    expect(labels(hours("2026-03-02", 2), { period: "hourly", maxTicks: 5 })).toEqual([
      "2 Mar",
      "12:00",
      "3 Mar",
      "12:00",
    ]);
  });

  test("of seven days have dates, where a day begins", () => {
    const ticks = bucketTicks(hours("2026-03-02", 7), {
      period: "hourly",
      maxTicks: 8,
      locale: "en-GB",
    });
    expect(ticks.map(({ label }) => label)).toEqual(
      ["2", "3", "4", "5", "6", "7", "8"].map((day) => `${day} Mar`),
    );
    expect(ticks.map(({ index }) => index)).toEqual([0, 24, 48, 72, 96, 120, 144]);
  });

  test("of a day that has no midnight begin with the hour after it", () => {
    const skipped = hours("2026-09-05", 3).filter(
      ({ date, hour }) => date !== "2026-09-06" || hour > 0,
    );
    const ticks = bucketTicks(skipped, { period: "hourly", maxTicks: 8, locale: "en-GB" });
    expect(ticks).toEqual([
      { index: 0, label: "5 Sept" },
      { index: 24, label: "6 Sept" },
      { index: 47, label: "7 Sept" },
    ]);
  });
});

test("a range over several years says which", () => {
  const year = days("2025-06-01", 365);
  expect(labels(year, { period: "daily", maxTicks: 8 }).filter((text) => /20/.test(text))).toEqual([
    expect.stringMatching(/ 2025$/),
    expect.stringMatching(/ 2026$/),
  ]);
  const weeks = Array.from({ length: 53 }, (_, index) => ({
    date: addDays("2025-04-28", 7 * index),
  }));
  expect(labels(weeks, { period: "weekly", maxTicks: 5 })).toEqual([
    "28 Apr 2025",
    "28 Jul",
    "27 Oct",
    "26 Jan 2026",
    "27 Apr",
  ]);
});

test("twelve months have a name each where there is room, and say where a year begins", () => {
  const months = Array.from({ length: 12 }, (_, index) => ({
    date: addMonths("2025-11-01", index),
  }));
  expect(labels(months, { period: "monthly", maxTicks: 12 }).slice(0, 4)).toEqual([
    "Nov 2025",
    "Dec",
    "Jan 2026",
    "Feb",
  ]);
  expect(labels(months, { period: "monthly", maxTicks: 4 })).toEqual([
    "Jan 2026",
    "Apr",
    "Jul",
    "Oct",
  ]);
});

test("quarters and years", () => {
  const quarters = [{ date: "2025-10-01" }, { date: "2026-01-01" }];
  expect(labels(quarters, { period: "quarterly", maxTicks: 8 })).toEqual(["Q4 2025", "Q1 2026"]);
  const years = [{ date: "2025-01-01" }, { date: "2026-01-01" }];
  expect(labels(years, { period: "yearly", maxTicks: 8 })).toEqual(["2025", "2026"]);
});

test.each(["daily", "weekly", "monthly", "quarterly", "yearly"] as Period[])(
  "of any number of %s buckets the newest has a label, and there are no more than fit",
  (period) => {
    const step = { hourly: 0, daily: 0, weekly: 0, monthly: 1, quarterly: 3, yearly: 12 }[period];
    for (const count of [1, 2, 7, 12, 30, 31, 53, 60, 90, 366]) {
      const buckets = Array.from({ length: count }, (_, index) => ({
        date: step === 0 ? addDays("2025-01-06", index) : addMonths("2000-01-01", index * step),
      }));
      for (const maxTicks of [1, 3, 6, 14]) {
        const ticks = bucketTicks(buckets, { period, maxTicks });
        expect(ticks.at(-1)?.index).toBe(count - 1);
        expect(ticks.length).toBeLessThanOrEqual(maxTicks);
      }
    }
  },
);
