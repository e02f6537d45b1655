import { expect, test } from "vitest";
import { changeOf, formatChange } from "./format-change.ts";

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
