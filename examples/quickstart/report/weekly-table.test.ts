import { expect, test } from "vitest";
import { plainInk } from "./ink.ts";
import { type WeeklyTableOptions, weeklyTable } from "./weekly-table.ts";

type Bucket = WeeklyTableOptions["weekly"]["data"][number];

function bucket(date: string, views: number, visitors: number, accounts = 0): Bucket {
  return {
    date,
    views,
    unique_visitors: visitors,
    unique_accounts: accounts,
    anonymous_visitors: visitors - accounts,
    new_visitors: visitors,
    returning_visitors: 0,
    new_accounts: accounts,
    avg_time_on_page: views === 0 ? null : 61.5,
    bounce_rate: null,
    partial: date === "2025-12-29",
  };
}

test("sets exact visitors beside what adding up the days would give", () => {
  const daily = {
    data: [
      bucket("2026-01-03", 5, 4),
      bucket("2026-01-05", 700, 600),
      bucket("2026-01-06", 800, 600),
    ],
    totals: bucket("", 1505, 1000, 30),
  };
  const weekly = {
    data: [
      bucket("2025-12-29", 5, 4),
      bucket("2026-01-05", 1500, 999, 30),
      bucket("2026-01-12", 0, 0),
    ],
    totals: bucket("", 1505, 1000, 30),
  };
  expect(
    `\n${weeklyTable({ weekly, daily, ink: plainInk, width: 100 }).join("\n")}`,
  ).toMatchInlineSnapshot(`
    "
    Week of        Views   Visitors   Accounts   Anonymous   Avg. time   Days added up   Off by
    Mon 29 Dec *       5          4          0           4      1m 02s               4       0%
    Mon 5 Jan      1,500        999         30         969      1m 02s           1,200     +20%
    Mon 12 Jan         0          0          0           0           –               0        –
    ───────────────────────────────────────────────────────────────────────────────────────────
    Total          1,505      1,000         30         970      1m 02s           1,204     +20%
    * Incomplete: the range starts or ends in this week.

    Adding up days claims 1,204 visitors; there were 1,000, as some came on more than one day."
  `);
});

test("shows the last weeks of many, and says that there are more", () => {
  const data = Array.from({ length: 30 }, (_, week) =>
    bucket(new Date(Date.UTC(2026, 0, 5 + 7 * week)).toISOString().slice(0, 10), 1, 1),
  );
  const series = { data, totals: bucket("", 30, 30) };
  const lines = weeklyTable({ weekly: series, daily: series, ink: plainInk, width: 100 });
  expect(lines.filter((line) => line.startsWith("Mon"))).toHaveLength(8);
  expect(lines).toContain("22 earlier weeks are not shown.");
  expect(lines.at(-1)).toMatch(/happens to be right/);
});

test("in 80 columns it leaves out what can be worked out from the rest", () => {
  const data = Array.from({ length: 3 }, (_, week) =>
    bucket(new Date(Date.UTC(2026, 0, 5 + 7 * week)).toISOString().slice(0, 10), 54_321, 43_210),
  );
  const series = { data, totals: bucket("", 162_963, 129_630) };
  const lines = weeklyTable({ weekly: series, daily: series, ink: plainInk, width: 80 });
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines[0]).toContain("Visitors");
  expect(lines[0]).not.toContain("Anonymous");
});
