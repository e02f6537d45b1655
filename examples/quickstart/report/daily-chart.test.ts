import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { type DailyChartOptions, dailyChart } from "./daily-chart.ts";
import { colourInk, plainInk } from "./ink.ts";

type Days = DailyChartOptions["data"];

function month(length: number, views: (index: number) => number): Days {
  return Array.from({ length }, (_, index) => ({
    date: new Date(Date.UTC(2026, 0, 25 + index)).toISOString().slice(0, 10),
    views: views(index),
    unique_visitors: Math.floor(views(index) / 2),
  }));
}

test("draws views and visitors of each day side by side, on a scale from zero", () => {
  const data = [
    { date: "2026-01-31", views: 16, unique_visitors: 8 },
    { date: "2026-02-01", views: 0, unique_visitors: 0 },
    { date: "2026-02-02", views: 10, unique_visitors: 1 },
  ];
  expect(`\n${dailyChart({ data, ink: plainInk, width: 100 }).join("\n")}`).toMatchInlineSnapshot(`
    "
         █ left: views   █ right: unique visitors
    16 ┤ ██████
       │ ██████
       │ ██████
       │ ██████                    ██████
     8 ┤ ████████████              ██████
       │ ████████████              ██████
       │ ████████████              ██████
       │ ████████████              ██████▄▄▄▄▄▄
     0 ┴───────────────────────────────────────
         31            1            2
         Jan          Feb"
  `);
});

test("shows a day with one visitor beside a day with very many", () => {
  const [lowest] = dailyChart({
    data: month(2, (index) => 10 ** (6 * index)),
    ink: plainInk,
    width: 100,
  }).slice(-4);
  expect(lowest).toContain("▁");
});

test.each([60, 80, 100])("fits into %i columns, whatever the number of days", (width) => {
  for (const days of [1, 4, 30, 31, 400]) {
    const data = month(days, (index) => index * 54_321);
    const lines = dailyChart({ data, ink: plainInk, width });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  }
});

test("in 80 columns it shows a month, each day without a gap to the next", () => {
  const lines = dailyChart({ data: month(30, () => 10), ink: plainInk, width: 80 });
  expect(lines.at(-4)?.match(/█+/)?.[0]).toHaveLength(60);
  expect(lines.at(-2)?.trim().split(/\s+/)).toHaveLength(15);
});

test("of many days it shows the last 31", () => {
  const lines = dailyChart({ data: month(60, () => 1), ink: plainInk, width: 100 });
  expect(lines.at(-1)?.split(/\s+/).filter(Boolean)).toEqual(["Feb", "Mar"]);
});

test("an empty range has an empty chart", () => {
  const lines = dailyChart({ data: month(3, () => 0), ink: plainInk, width: 100 });
  expect(lines.slice(1).join("")).not.toMatch(/[▁▂▃▄▅▆▇█]/);
});

test("colour changes nothing but the colour", () => {
  const data = month(30, (index) => index);
  const coloured = dailyChart({ data, ink: colourInk, width: 100 });
  expect(coloured.join("")).toContain("\u001b[");
  expect(coloured.map((line) => stripVTControlCharacters(line).trimEnd())).toEqual(
    dailyChart({ data, ink: plainInk, width: 100 }),
  );
});
