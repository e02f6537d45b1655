import { expect, test } from "vitest";
import { spreadOf } from "./spread.ts";

test("names the middle, the ends and the one that only one in twenty exceeds", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(spreadOf(values)).toEqual({ median: 50, p95: 95, lowest: 1, highest: 100, runs: 100 });
});

test("is all one number when there is one measurement", () => {
  expect(spreadOf([7])).toEqual({ median: 7, p95: 7, lowest: 7, highest: 7, runs: 1 });
});

test("says so when nothing was measured", () => {
  expect(() => spreadOf([])).toThrow("There are no measurements: give at least one.");
});
