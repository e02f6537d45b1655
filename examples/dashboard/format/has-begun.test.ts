import { expect, test } from "vitest";
import { hasBegun } from "./has-begun.ts";

const now = new Date("2026-03-01T00:30:00Z");

test("the hour that is running has begun, and the next one has not", () => {
  const begun = hasBegun("UTC", now);
  expect(begun({ date: "2026-03-01", hour: 0 })).toBe(true);
  expect(begun({ date: "2026-03-01", hour: 1 })).toBe(false);
});

test("today has begun, and tomorrow has not", () => {
  const begun = hasBegun("UTC", now);
  expect(begun({ date: "2026-03-01" })).toBe(true);
  expect(begun({ date: "2026-03-02" })).toBe(false);
});

test("it is still yesterday further west", () => {
  const begun = hasBegun("America/New_York", now);
  expect(begun({ date: "2026-02-28", hour: 19 })).toBe(true);
  expect(begun({ date: "2026-02-28", hour: 20 })).toBe(false);
  expect(begun({ date: "2026-03-01" })).toBe(false);
});
