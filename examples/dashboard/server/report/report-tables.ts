import type { TimeSeries, Visitor } from "@headcount/core";
import { formatBucket, formatDate } from "../../format/format-date.ts";
import {
  formatCount,
  formatMeasure,
  formatSeconds,
  type Measure,
  measureNames,
} from "../../format/format-measure.ts";
import type { Table } from "./draw-table.ts";

const measures: readonly Measure[] = [
  "views",
  "unique_visitors",
  "unique_accounts",
  "anonymous_visitors",
  "avg_time_on_page",
  "bounce_rate",
];

/** The buckets of a series, and its totals. */
export function seriesTable(series: TimeSeries): Table {
  const rows = series.data.map((bucket) => [
    `${formatBucket(bucket, series.period, "full")}${bucket.partial ? " (in part)" : ""}`,
    ...measures.map((measure) => formatMeasure(measure, bucket[measure])),
  ]);
  const totals = measures.map((measure) => formatMeasure(measure, series.totals[measure]));
  return {
    columns: [
      { name: "When", share: 0.25, align: "left" },
      ...measures.map((measure) => ({
        name: measureNames[measure],
        share: 0.125,
        align: "right" as const,
      })),
    ],
    rows: [...rows, ["Whole range, everybody once", ...totals]],
  };
}

/** Who viewed the page most. */
export function visitorsTable(visitors: readonly Visitor[]): Table {
  return {
    columns: [
      { name: "Visitor", share: 0.34, align: "left" },
      { name: "Views", share: 0.1, align: "right" },
      { name: "Days", share: 0.1, align: "right" },
      { name: "Time on page", share: 0.14, align: "right" },
      { name: "First", share: 0.16, align: "right" },
      { name: "Last", share: 0.16, align: "right" },
    ],
    rows: visitors.map((visitor) => [
      visitor.display_name,
      formatCount(visitor.visit_count),
      formatCount(visitor.days_visited),
      formatSeconds(visitor.avg_time_on_page),
      formatDate(visitor.first_visit, "full"),
      formatDate(visitor.last_visit, "full"),
    ]),
  };
}
