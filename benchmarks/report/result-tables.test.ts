import { expect, test } from "vitest";
import type { Measurement } from "../results/measurement.ts";
import { cellText, resultTables } from "./result-tables.ts";
import { numberText, plainTextOf } from "./table.ts";

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
  expect([0.123, 9.996, 12.34, 123.4, 12_345, -12.34].map(numberText)).toEqual([
    "0.12",
    "10.00",
    "12.3",
    "123",
    "12,345",
    "-12.3",
  ]);
});

test("sets two checkouts side by side, with the ratio of their medians and of their lowest", () => {
  const spread = { median: 8, p95: 9, lowest: 5, highest: 9, runs: 11 };
  const against: Measurement = { ...ours, contender: "against", spread };
  const [table] = resultTables({
    measurements: [against, { ...ours, note: "the answers differ" }],
    against: "f9db5f4",
  });
  expect(table).toEqual({
    title: "Reading: the big entity",
    head: ["", "f9db5f4", "this checkout", "ratio", "ratio of the lowest"],
    rows: [
      [
        "53 weekly points, ms",
        "8.00 (5.00–9.00)",
        "4.00 (3.50–5.25) the answers differ",
        "0.5×",
        "0.7×",
      ],
    ],
  });
});

test("sets a cluster beside one Postgres, with what is to be reached", () => {
  const once = { p95: 2, lowest: 2, highest: 2, runs: 1 };
  const [table] = resultTables({
    measurements: [
      { ...ours, contender: "postgres", spread: { ...once, median: 2 } },
      { ...ours, contender: "workers", spread: { ...once, median: 5 } },
    ],
    workers: 2,
  });
  expect(table).toEqual({
    title: "Reading: the big entity",
    head: ["", "one Postgres", "2 workers", "compared", "target"],
    rows: [["53 weekly points, ms", "2.00", "5.00", "2.5× one Postgres", "≤ 2×: missed"]],
  });
});

test("leaves out who took no part, and lines columns up in the terminal", () => {
  const [table] = resultTables({ measurements: [ours] });
  expect(table && plainTextOf(table).split("\n")).toEqual([
    "",
    "Reading: the big entity",
    "                              Headcount",
    "───────────────────────────────────────",
    "53 weekly points, ms   4.00 (3.50–5.25)",
  ]);
});
