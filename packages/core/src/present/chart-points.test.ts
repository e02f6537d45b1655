import { describe, expect, test } from "vitest";
import type { Period } from "../contract/period.ts";
import type { TimeSeriesBucket } from "../contract/time-series.ts";
import { chartPoints } from "./chart-points.ts";
import { lineRuns } from "./line-runs.ts";

function bucket(date: string, fields: Partial<TimeSeriesBucket> = {}): TimeSeriesBucket {
  return {
    date,
    views: 4,
    unique_visitors: 3,
    unique_accounts: 1,
    anonymous_visitors: 2,
    new_visitors: 1,
    returning_visitors: 2,
    new_accounts: 1,
    avg_time_on_page: null,
    bounce_rate: null,
    partial: false,
    ...fields,
  };
}

interface Given {
  period?: Period;
  range?: [string, string];
  zone?: string;
  now: string;
}

function points(data: TimeSeriesBucket[], { period = "daily", range, zone = "UTC", now }: Given) {
  const [date_from, date_to] = range ?? [data[0]?.date ?? "", data.at(-1)?.date ?? ""];
  const series = { data, period, time_zone: zone, date_from, date_to };
  return chartPoints(series, { now: new Date(now) });
}

describe("what is incomplete says why", () => {
  test("a week that the range cuts at its beginning, and one that is not over", () => {
    const data = [
      bucket("2026-02-23", { partial: true }),
      bucket("2026-03-02"),
      bucket("2026-03-09", { partial: true }),
    ];
    const given = { period: "weekly", range: ["2026-02-25", "2026-03-11"] } as const;
    const marks = points(data, { ...given, range: [...given.range], now: "2026-03-11T12:00:00Z" });
    expect(marks.map(({ incomplete }) => incomplete)).toEqual([
      "starts_before_range",
      null,
      "not_over",
    ]);
  });

  test("a week that the range cuts at its end, long ago", () => {
    const data = [bucket("2026-03-02"), bucket("2026-03-09", { partial: true })];
    const range: [string, string] = ["2026-03-02", "2026-03-11"];
    const marks = points(data, { period: "weekly", range, now: "2026-06-01T00:00:00Z" });
    expect(marks.map(({ incomplete }) => incomplete)).toEqual([null, "ends_after_range"]);
  });

  test("today, in the reporting zone and not in that of the machine", () => {
    const data = [bucket("2026-03-01"), bucket("2026-03-02", { partial: true })];
    const marks = points(data, { zone: "Asia/Tokyo", now: "2026-03-01T18:00:00Z" });
    expect(marks.map(({ incomplete, has_begun }) => [incomplete, has_begun])).toEqual([
      [null, true],
      ["not_over", true],
    ]);
  });
});

test("nothing is known of what has not begun", () => {
  const data = [
    bucket("2026-02-28"),
    bucket("2026-03-01", { partial: true, views: 0 }),
    bucket("2026-03-02", { partial: true, views: 0 }),
  ];
  const further = points(data, { zone: "America/New_York", now: "2026-03-02T00:30:00Z" });
  expect(further.map(({ views, has_begun }) => [views, has_begun])).toEqual([
    [4, true],
    [0, true],
    [null, false],
  ]);
  expect(further[2]?.incomplete).toBeNull();
});

test("an hour that clocks show twice is not over before its second time", () => {
  const data = [1, 2, 3].map((hour) => bucket("2026-10-25", { hour, partial: hour > 1 }));
  for (const now of ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]) {
    const marks = points(data, { period: "hourly", zone: "Europe/Berlin", now });
    expect(marks.map(({ key, incomplete, has_begun }) => [key, incomplete, has_begun])).toEqual([
      ["2026-10-25 1", null, true],
      ["2026-10-25 2", "not_over", true],
      ["2026-10-25 3", null, false],
    ]);
  }
});

test("after an hour that clocks skip, the next one has begun", () => {
  const data = [1, 3, 4].map((hour) => bucket("2026-03-29", { hour, partial: hour > 1 }));
  const now = "2026-03-29T01:00:00Z";
  const marks = points(data, { period: "hourly", zone: "Europe/Berlin", now });
  expect(marks.map(({ has_begun }) => has_begun)).toEqual([true, true, false]);
});

describe("a line", () => {
  const now = "2026-04-01T12:00:00Z";
  const days = (fields: Partial<TimeSeriesBucket>[]) =>
    points(
      fields.map((field, index) => bucket(`2026-03-0${index + 1}`, field)),
      { now },
    );

  test("is dashed to and from what is incomplete", () => {
    const both = days([{ partial: true }, {}, {}, { partial: true }]);
    expect(lineRuns(both, "views")).toEqual([
      { from: 0, to: 1, incomplete: true },
      { from: 1, to: 2, incomplete: false },
      { from: 2, to: 3, incomplete: true },
    ]);
    expect(lineRuns(days([{}, { partial: true }]), "views")).toEqual([
      { from: 0, to: 1, incomplete: true },
    ]);
  });

  test("has a gap where nothing is known, and a point of its own between two gaps", () => {
    const known = (value: number | null) => ({ avg_time_on_page: value });
    const gaps = days([known(1), known(2), known(null), known(3), known(null), known(4)]);
    expect(lineRuns(gaps, "avg_time_on_page")).toEqual([
      { from: 0, to: 1, incomplete: false },
      { from: 3, to: 3, incomplete: false },
      { from: 5, to: 5, incomplete: false },
    ]);
    expect(lineRuns(gaps, "bounce_rate")).toEqual([]);
  });
});
