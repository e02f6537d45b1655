import type { TimeSeries } from "@headcount/core/contract";

const fields = [
  "views",
  "unique_visitors",
  "unique_accounts",
  "anonymous_visitors",
  "new_visitors",
  "returning_visitors",
  "new_accounts",
  "avg_time_on_page",
  "bounce_rate",
  "partial",
] as const;

/** A series as a spreadsheet (RFC 4180): one line a bucket, nothing for what is not known. */
export function seriesCsv({ data, period }: TimeSeries): string {
  const columns =
    period === "hourly" ? (["date", "hour", ...fields] as const) : (["date", ...fields] as const);
  const lines = data.map((bucket) => columns.map((name) => String(bucket[name] ?? "")).join(","));
  return [columns.join(","), ...lines, ""].join("\r\n");
}
