import { expect, test } from "vitest";
import { pageWidth } from "./page-width.ts";

test.each([
  [undefined, 100],
  [80, 80],
  [72, 72],
  [200, 100],
  [20, 60],
])("of a terminal with %s columns: %i", (columns, width) => {
  expect(pageWidth({ columns })).toBe(width);
});
