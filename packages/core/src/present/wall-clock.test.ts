import { expect, test } from "vitest";
import { todayIn, wallClock } from "./wall-clock.ts";

test.each([
  ["UTC", "2026-03-01T18:30:00Z", "2026-03-01", 18],
  ["Asia/Tokyo", "2026-03-01T18:30:00Z", "2026-03-02", 3],
  ["Asia/Kathmandu", "2026-03-01T18:15:00Z", "2026-03-02", 0],
  ["America/New_York", "2026-03-01T04:59:59Z", "2026-02-28", 23],
  ["Pacific/Kiritimati", "2026-03-01T10:00:00Z", "2026-03-02", 0],
  ["Pacific/Pago_Pago", "2026-03-01T10:59:00Z", "2026-02-28", 23],
  // clocks go from 2 to 3 …
  ["Europe/Berlin", "2026-03-29T00:59:00Z", "2026-03-29", 1],
  ["Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29", 3],
  // … and from 3 back to 2: the same hour twice
  ["Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25", 2],
  ["Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25", 2],
  // half an hour of summer time
  ["Australia/Lord_Howe", "2026-04-04T15:00:00Z", "2026-04-05", 1],
  // midnight is skipped
  ["America/Santiago", "2026-09-06T04:00:00Z", "2026-09-06", 1],
  // a whole day is skipped
  ["Pacific/Apia", "2011-12-30T09:59:00Z", "2011-12-29", 23],
  ["Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31", 0],
] as const)("in %s at %s it is %s, hour %i", (timeZone, now, date, hour) => {
  expect(wallClock(timeZone, new Date(now))).toEqual({ date, hour });
});

test("a time zone that does not exist is refused with its name", () => {
  expect(() => todayIn("Europe/Atlantis")).toThrow(
    expect.objectContaining({
      code: "unknown_time_zone",
      field: "time_zone",
      message: 'time_zone is "Europe/Atlantis": give an IANA name like "Europe/Berlin".',
    }),
  );
});
