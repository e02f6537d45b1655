import { expect, test } from "vitest";
import { colourInk } from "./ink.ts";
import { wrapText } from "./wrap-text.ts";

test("breaks between words, and a word that is too long stays whole", () => {
  expect(wrapText("one two three four", 9)).toEqual(["one two", "three", "four"]);
  expect(wrapText("indivisible", 5)).toEqual(["indivisible"]);
});

test("colours take no room", () => {
  expect(wrapText(`one ${colourInk.views("two")} three`, 13)).toHaveLength(1);
});
