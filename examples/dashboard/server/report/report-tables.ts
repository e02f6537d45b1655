import type { TimeSeries, Visitor } from "@headcount/core";
import type { Breakdown } from "@headcount/core/contract";
import { chartPoints, formatBucket, formatMeasure, formatRange } from "@headcount/core/present";
import type { Table } from "./draw-table.ts";
import { measureNames, measures } from "./measure-names.ts";
import { locale } from "./paper.ts";

/** The buckets of a series that have begun, and its totals. */
export function seriesTable(series: TimeSeries): Table {
  const begun = chartPoints(series).filter(({ has_begun }) => has_begun);
  const rows = begun.map((point) => [
    `${formatBucket(point, { period: series.period, locale })}${point.incomplete === null ? "" : " *"}`,
    ...measures.map((measure) => formatMeasure(measure, point[measure], { locale })),
  ]);
  const totals = measures.map((measure) =>
    formatMeasure(measure, series.totals[measure], { locale }),
  );
  return {
    columns: [
      { name: "When", share: 0.25, align: "left" },
      ...measures.map((measure) => ({
        name: measureNames[measure],
        share: 0.125,
        align: "right" as const,
      })),
    ],
    rows: [...rows, ["Total", ...totals]],
    note: begun.some(({ incomplete }) => incomplete !== null)
      ? "The total counts each visitor once. * Incomplete."
      : "The total counts each visitor once.",
  };
}

/** From where most came; undefined where nothing is known of it. */
export function sourcesTable({ data, recorded_views, totals }: Breakdown): Table | undefined {
  if (data.every(({ value }) => value === null)) return undefined;
  const count = (views: number): string => formatMeasure("views", views, { locale });
  const known = `Recorded for ${count(recorded_views ?? 0)} of ${count(totals.views)} views.`;
  return {
    columns: [
      { name: "Source", share: 0.32, align: "left" },
      { name: "Unique visitors", share: 0.17, align: "right" },
      { name: "Share", share: 0.17, align: "right" },
      { name: "Views", share: 0.17, align: "right" },
      { name: "Avg. time", share: 0.17, align: "right" },
    ],
    rows: data.map(({ value, unique_visitors, share_of_visitors, views, avg_time_on_page }) => [
      value ?? "Direct or unknown",
      count(unique_visitors),
      formatMeasure("bounce_rate", share_of_visitors, { locale }),
      count(views),
      formatMeasure("avg_time_on_page", avg_time_on_page, { locale }),
    ]),
    ...(recorded_views !== totals.views && { note: known }),
  };
}

/** Who viewed the page most. */
export function visitorsTable(visitors: readonly Visitor[]): Table {
  const date = (instant: string): string => {
    const day = instant.slice(0, "YYYY-MM-DD".length);
    return formatRange({ date_from: day, date_to: day }, { locale });
  };
  return {
    columns: [
      { name: "Visitor", share: 0.32, align: "left" },
      { name: "Views", share: 0.1, align: "right" },
      { name: "Days", share: 0.1, align: "right" },
      { name: "Avg. time", share: 0.12, align: "right" },
      { name: "First seen", share: 0.18, align: "right" },
      { name: "Last seen", share: 0.18, align: "right" },
    ],
    rows: visitors.map((visitor) => [
      visitor.display_name,
      formatMeasure("views", visitor.visit_count, { locale }),
      formatMeasure("views", visitor.days_visited, { locale }),
      formatMeasure("avg_time_on_page", visitor.avg_time_on_page, { locale }),
      date(visitor.first_visit),
      date(visitor.last_visit),
    ]),
  };
}
