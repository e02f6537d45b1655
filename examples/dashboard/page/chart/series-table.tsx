import type { TimeSeries } from "@headcount/core/contract";
import type { ReactNode } from "react";
import { formatBucket } from "../../format/format-date.ts";
import { formatMeasure, type Measure, measureNames } from "../../format/format-measure.ts";
import "./series-table.css";

const columns: readonly Measure[] = [
  "views",
  "unique_visitors",
  "unique_accounts",
  "anonymous_visitors",
  "avg_time_on_page",
  "bounce_rate",
];

/** Every number of a series, the latest first. */
export function SeriesTable({ series }: { series: TimeSeries }): ReactNode {
  return (
    <div className="series-table" tabIndex={0} role="region" aria-label="All numbers of the chart">
      <table className="numbers">
        <thead>
          <tr>
            <th scope="col">When</th>
            {columns.map((measure) => (
              <th key={measure} scope="col">
                {measureNames[measure]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.data.toReversed().map((bucket) => (
            <tr key={`${bucket.date} ${bucket.hour ?? ""}`}>
              <th scope="row">
                {formatBucket(bucket, series.period, "full")}
                {bucket.partial && <span className="badge">In part</span>}
              </th>
              {columns.map((measure) => (
                <td key={measure}>{formatMeasure(measure, bucket[measure])}</td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Whole range, everybody once</th>
            {columns.map((measure) => (
              <td key={measure}>{formatMeasure(measure, series.totals[measure])}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
