import type { TimeSeriesBucket } from "@headcount/core/contract";
import { expect, test } from "vitest";
import { seriesCsv } from "./series-csv.ts";

const bucket: TimeSeriesBucket = {
  date: "2026-03-02",
  views: 12,
  unique_visitors: 9,
  unique_accounts: 4,
  anonymous_visitors: 5,
  new_visitors: 6,
  returning_visitors: 3,
  new_accounts: null,
  avg_time_on_page: null,
  bounce_rate: 12.5,
  partial: true,
};

test("has a line for each bucket, and nothing for what is not known", () => {
  const series = {
    level: "entity" as const,
    entity_type: "listing",
    entity_id: "7",
    owner_id: null,
    time_zone: "UTC",
    date_from: "2026-03-02",
    date_to: "2026-03-02",
    totals: bucket,
    elapsed: null,
    compare: null,
    new_since: null,
    freshness: { live: true, pending_changes: 0, folded_through: null },
  };
  expect(seriesCsv({ ...series, period: "daily", data: [bucket] })).toBe(
    "date,views,unique_visitors,unique_accounts,anonymous_visitors,new_visitors,returning_visitors,new_accounts,avg_time_on_page,bounce_rate,partial\r\n" +
      "2026-03-02,12,9,4,5,6,3,,,12.5,true\r\n",
  );
  const hourly = seriesCsv({ ...series, period: "hourly", data: [{ ...bucket, hour: 0 }] });
  expect(hourly.split("\r\n")[1]).toMatch(/^2026-03-02,0,12,/);
});
