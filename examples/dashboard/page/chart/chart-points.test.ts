import type { TimeSeriesBucket } from "@headcount/core/contract";
import { expect, test } from "vitest";
import { chartPoints } from "./chart-points.ts";

const always = (): boolean => true;

function bucket(day: number, fields: Partial<TimeSeriesBucket> = {}): TimeSeriesBucket {
  return {
    date: `2026-03-0${day}`,
    views: day,
    unique_visitors: day,
    unique_accounts: 0,
    anonymous_visitors: day,
    avg_time_on_page: null,
    bounce_rate: null,
    partial: false,
    ...fields,
  };
}

test("the line to a bucket that is not over is dashed, from the one before it", () => {
  const data = [bucket(1), bucket(2), bucket(3, { partial: true })];
  const points = chartPoints({ data, measures: ["views"], hasBegun: always });
  expect(points.map(({ whole }) => whole.views)).toEqual([1, 2, null]);
  expect(points.map(({ open }) => open.views)).toEqual([null, 2, 3]);
});

test("what is not known is a gap, and what is known between two gaps is a dot", () => {
  const data = [bucket(1), bucket(2, { avg_time_on_page: 40 }), bucket(3)];
  const points = chartPoints({ data, measures: ["avg_time_on_page"], hasBegun: always });
  expect(points.map(({ whole }) => whole.avg_time_on_page)).toEqual([null, 40, null]);
  expect(points.map(({ lone }) => lone)).toEqual([[], ["avg_time_on_page"], []]);
});

test("nothing is drawn of what has not begun", () => {
  const data = [bucket(1), bucket(2, { partial: true }), bucket(3, { partial: true, views: 0 })];
  const points = chartPoints({
    data,
    measures: ["views"],
    hasBegun: ({ date }) => date <= "2026-03-02",
  });
  expect(points.map(({ open }) => open.views)).toEqual([1, 2, null]);
  expect(points.map(({ area }) => area)).toEqual([1, 2, null]);
});

test("hours of a day have keys of their own", () => {
  const data = [bucket(1, { hour: 0 }), bucket(1, { hour: 1 })];
  const keys = chartPoints({ data, measures: ["views"], hasBegun: always }).map(({ key }) => key);
  expect(keys).toEqual(["2026-03-01 0", "2026-03-01 1"]);
});
