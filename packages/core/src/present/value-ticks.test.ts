import { expect, test } from "vitest";
import { valueTicks } from "./value-ticks.ts";

test.each([
  [3, [0, 1, 2, 3]],
  [7, [0, 2, 4, 6, 8]],
  [174, [0, 50, 100, 150, 200]],
  [1_000, [0, 200, 400, 600, 800, 1_000]],
  [0, [0, 1]],
  [null, [0, 1]],
])("counts up to %s: %j", (highest, ticks) => {
  expect(valueTicks("views", highest)).toEqual(ticks);
});

test.each([
  [4, [0, 1, 2, 3, 4]],
  [40, [0, 10, 20, 30, 40]],
  [95, [0, 30, 60, 90, 120]],
  [300, [0, 60, 120, 180, 240, 300]],
  [590, [0, 120, 240, 360, 480, 600]],
  [1_300, [0, 300, 600, 900, 1_200, 1_500]],
  [7_300, [0, 3_600, 7_200, 10_800]],
])("time up to %i s, as a clock is read: %j", (highest, ticks) => {
  expect(valueTicks("avg_time_on_page", highest)).toEqual(ticks);
});

test.each([
  [100, [0, 20, 40, 60, 80, 100]],
  [42.5, [0, 10, 20, 30, 40, 50]],
  [3.2, [0, 1, 2, 3, 4]],
])("percent up to %s: %j", (highest, ticks) => {
  expect(valueTicks("bounce_rate", highest)).toEqual(ticks);
});

test("every value is within its axis, which names six values at most", () => {
  for (const measure of ["views", "avg_time_on_page", "bounce_rate"] as const) {
    for (let highest = 1; highest <= 100; highest++) {
      for (const scale of measure === "bounce_rate" ? [1] : [1, 37, 4_099]) {
        const ticks = valueTicks(measure, highest * scale);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest * scale);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }
    }
  }
});
