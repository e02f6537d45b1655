import { expect, test } from "vitest";
import { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import { liveInterval, livePagesInterval } from "./live-interval.ts";

const day = 86_400_000;
const asked = { state: { error: null } };
const dateIn = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(0, 10);

function after(reason: "signed_out" | "upgrade_needed" | "forbidden" | "refused" | "unavailable") {
  return { state: { error: new AnalyticsRequestError(reason, "No.", { reason, status: null }) } };
}

test("live is every five seconds, or as often as one says", () => {
  expect(liveInterval(true)(asked)).toBe(5_000);
  expect(liveInterval(300)(asked)).toBe(300);
  for (const live of [false, undefined, 0]) expect(liveInterval(live)(asked)).toBe(false);
});

test("it goes on while the server is away, and stops after what it would refuse again", () => {
  expect(liveInterval(300)(after("unavailable"))).toBe(300);
  for (const reason of ["signed_out", "upgrade_needed", "forbidden", "refused"] as const) {
    expect(liveInterval(300)(after(reason))).toBe(false);
  }
});

test("a range that is over everywhere on earth does not change, one of today does, and so does one without end", () => {
  expect(liveInterval(300, { date_to: dateIn(-2 * day) })(asked)).toBe(false);
  expect(liveInterval(300, { date_to: "2020-01-01" })(asked)).toBe(false);
  for (const date_to of [dateIn(0), dateIn(-day / 2), dateIn(day), "", undefined]) {
    expect(liveInterval(300, { date_to })(asked)).toBe(300);
  }
});

test("a list of more than four pages is not asked again", () => {
  const listed = (count: number) => ({
    state: { error: null, data: { pages: Array.from({ length: count }) } },
  });
  expect(livePagesInterval(300, {})({ state: { error: null, data: undefined } })).toBe(300);
  expect(livePagesInterval(300, {})(listed(4))).toBe(300);
  expect(livePagesInterval(300, {})(listed(5))).toBe(false);
});
