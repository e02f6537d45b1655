import type { TimeSeries } from "@headcount/core/contract";
import { measures } from "@headcount/core/present";

const fields = [...measures, "partial"] as const;

/** A series as a spreadsheet (RFC 4180): one line a bucket, nothing for what is not known. */
export function seriesCsv({ data, period }: TimeSeries): string {
  const columns =
    period === "hourly" ? (["date", "hour", ...fields] as const) : (["date", ...fields] as const);
  const lines = data.map((bucket) => columns.map((name) => String(bucket[name] ?? "")).join(","));
  return [columns.join(","), ...lines, ""].join("\r\n");
}
