import { expect, test } from "vitest";
import { reportCalls } from "./report-query.ts";

test("writes the calls down as a program has them, strings escaped", () => {
  const query = {
    entity_type: "page",
    entity_id: '/say/"hello"',
    date_from: "2026-03-02",
    date_to: "2026-03-31",
  };
  expect(reportCalls(query)).toEqual([
    "const query = {",
    String.raw`  entity_type: "page", entity_id: "/say/\"hello\"",`,
    '  date_from: "2026-03-02", date_to: "2026-03-31",',
    "};",
    'await analytics.getTimeSeries({ ...query, period: "daily", compare: "previous_period" });',
    'await analytics.getTimeSeries({ ...query, period: "weekly" });',
    'await analytics.getBreakdown({ ...query, dimension: "source", limit: 7 });',
    "await analytics.getVisitors({ ...query, limit: 8 });",
  ]);
});
