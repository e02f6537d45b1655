import { expect, test } from "vitest";
import { createSessionRate } from "./session-rate.ts";

test("a session has its views in a minute, and begins anew with the next", () => {
  const isTooMany = createSessionRate({ limit: 2 });
  const answers = [0, 1, 2, 59_999, 60_000, 60_001, 60_002].map((now) => isTooMany("a", now));
  expect(answers).toEqual([false, false, true, true, false, false, true]);
  expect(isTooMany("b", 60_002)).toBe(false);
});

test("of more sessions than are remembered, the oldest begin anew", () => {
  const isTooMany = createSessionRate({ limit: 1, maxSessions: 4 });
  for (const session of ["a", "b", "c", "d", "e"]) expect(isTooMany(session, 0)).toBe(false);
  const again = ["e", "d", "c", "b", "a"].map((session) => isTooMany(session, 1));
  expect(again).toEqual([true, true, true, false, false]);
});
