import { expect, test } from "vitest";
import type { Measures } from "../contract/measures.ts";
import { changeOf } from "./change-of.ts";
import { noMeasures } from "./read-series.ts";

function changeOfViews(current: number, previous: number) {
  return changeOf({ ...noMeasures, views: current }, { ...noMeasures, views: previous }).views;
}

test.each([
  [612, 519, 93, 17.9],
  [0, 5, -5, -100],
  [5, 0, 5, null],
  [0, 0, 0, null],
  [5, 5, 0, 0],
  // a half is rounded away from zero, up or down
  [2001, 2000, 1, 0.1],
  [1999, 2000, -1, -0.1],
])("from %d after %d it is %d more, %j percent", (current, previous, absolute, percent) => {
  expect(changeOfViews(current, previous)).toEqual({ current, previous, absolute, percent });
});

test("a rate changes in percentage points, a time in seconds, and what is not known not at all", () => {
  const current: Measures = { ...noMeasures, bounce_rate: 33.33, avg_time_on_page: 61.2 };
  const previous: Measures = { ...noMeasures, bounce_rate: 50, avg_time_on_page: 60.1 };
  expect(changeOf(current, previous)).toMatchObject({
    bounce_rate: { absolute: -16.67, percent: null },
    avg_time_on_page: { absolute: 1.1, percent: 1.8 },
  });
  expect(changeOf(current, noMeasures).bounce_rate).toEqual({
    current: 33.33,
    previous: null,
    absolute: null,
    percent: null,
  });
});
