import { expect, test } from "vitest";
import { changeOf, formatChange, formatMeasureChange } from "./format-change.ts";

test.each([
  [120, 100, 20, "+20%"],
  [50, 100, -50, "-50%"],
  [100, 100, 0, "0%"],
  [1_004, 1_000, 0.4, "0%"],
  [997, 1_000, -0.3, "0%"],
  [5, 0, null, "–"],
  [null, 5, null, "–"],
  [5, null, null, "–"],
])("from %s after %s is %s percent, %s", (now, before, percent, text) => {
  expect(changeOf(now, before)).toBe(percent);
  expect(formatChange(percent, { locale: "en" })).toBe(text);
});

test.each([
  [{ current: 6, previous: 4, absolute: 2, percent: 50 }, "+50%"],
  [{ current: 5, previous: 0, absolute: 5, percent: null }, "–"],
  [{ current: 21.7, previous: 23, absolute: -1.3, percent: null }, "-1.3 pts"],
  [{ current: 21.7, previous: null, absolute: null, percent: null }, "–"],
  [undefined, "–"],
])("%j of a measure is %s", (change, text) => {
  const points = (count: string): string => `${count} pts`;
  expect(formatMeasureChange(change, { locale: "en", points })).toBe(text);
});

test("changes are written as the reader does", () => {
  const change = { current: 2.5, previous: 1, absolute: 1.5, percent: null };
  const points = (count: string): string => `${count} PP`;
  expect(formatMeasureChange(change, { locale: "de", points })).toBe("+1,5 PP");
});
