import { expect, test } from "vitest";
import { de } from "../words/de.ts";
import { en } from "../words/en.ts";
import { writeChange } from "./write-change.ts";

test.each([
  [{ current: 6, previous: 4, absolute: 2, percent: 50 }, "+50%"],
  [{ current: 5, previous: 0, absolute: 5, percent: null }, "–"],
  [{ current: 21.7, previous: 23, absolute: -1.3, percent: null }, "-1.3 pts"],
  [{ current: 21.7, previous: null, absolute: null, percent: null }, "–"],
  [undefined, "–"],
])("%j is %s", (change, text) => {
  expect(writeChange(change, { messages: en, locale: "en" })).toBe(text);
});

test("writes numbers as the reader does", () => {
  const change = { current: 2.5, previous: 1, absolute: 1.5, percent: null };
  expect(writeChange(change, { messages: de, locale: "de" })).toBe("+1,5 PP");
});
