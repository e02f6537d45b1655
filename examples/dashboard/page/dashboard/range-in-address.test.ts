import { expect, test } from "vitest";
import { readRange, writeRange } from "./range-in-address.ts";

test.each([
  ["7d", "7d"],
  ["2026-01-01_2026-01-31", { date_from: "2026-01-01", date_to: "2026-01-31" }],
  ["2024-02-29_2024-02-29", { date_from: "2024-02-29", date_to: "2024-02-29" }],
  ["2026-02-31_2026-03-10", "30d"],
  ["2026-01-31_2026-01-01", "30d"],
  ["0202-01-01_2026-01-01", "30d"],
  ["2026-01-01", "30d"],
  ["last week", "30d"],
  [null, "30d"],
] as const)("the address's %j is %j", (text, range) => {
  expect(readRange(text)).toEqual(range);
  expect(readRange(writeRange(readRange(text)))).toEqual(range);
});
