import { expect, test } from "vitest";
import type { Measurement } from "../results/measurement.ts";
import { cellText, numberText } from "./cell-text.ts";

const ours: Measurement = {
  part: "reads",
  question: "53 weekly points",
  entity: "big",
  contender: "headcount",
  unit: "ms",
  spread: { median: 4, p95: 5, lowest: 3.5, highest: 5.25, runs: 11 },
};

test("shows a median with its spread, and no ratio to itself", () => {
  expect(cellText(ours, ours)).toBe("4.00 (3.50–5.25)");
});

test("shows how many times the first cell it is", () => {
  const raw = {
    ...ours,
    spread: { median: 1476.6, p95: 1500, lowest: 1400, highest: 1510, runs: 3 },
  };
  expect(cellText(raw, ours)).toBe("1,477 (1,400–1,510) 369×");
});

test("shows no spread of a single measurement, and the note of none", () => {
  const once = { ...ours, spread: { median: 2, p95: 2, lowest: 2, highest: 2, runs: 1 } };
  expect(cellText(once, ours)).toBe("2.00 0.5×");
  expect(cellText({ ...ours, spread: null, note: "+17.0 % off" }, ours)).toBe("+17.0 % off");
});

test("writes numbers with three digits that count", () => {
  expect([0.123, 9.996, 12.34, 123.4, 12_345].map(numberText)).toEqual([
    "0.12",
    "10.00",
    "12.3",
    "123",
    "12,345",
  ]);
});
