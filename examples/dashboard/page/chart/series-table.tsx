import type { TimeSeries } from "@headcount/core/contract";
import { chartPoints, formatBucket, formatMeasure } from "@headcount/core/present";
import type { ReactNode } from "react";
import { measureNames, measures, whyIncomplete } from "../../format/words.ts";
import "./series-table.css";

/** Every number of a series, the latest first. */
export function SeriesTable({ series }: { series: TimeSeries }): ReactNode {
  const { period } = series;
  const begun = chartPoints(series).filter(({ has_begun }) => has_begun);
  return (
    <div className="series-table" tabIndex={0} role="region" aria-label="All numbers of the chart">
      <table className="numbers">
        <thead>
          <tr>
            <th scope="col">When</th>
            {measures.map((measure) => (
              <th key={measure} scope="col">
                {measureNames[measure]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {begun.toReversed().map((point) => (
            <tr key={point.key}>
              <th scope="row">
                {formatBucket(point, { period })}
                {point.incomplete !== null && (
                  <span className="badge" title={whyIncomplete(point, period)}>
                    Incomplete
                  </span>
                )}
              </th>
              {measures.map((measure) => (
                <td key={measure}>{formatMeasure(measure, point[measure])}</td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Total (each visitor counted once)</th>
            {measures.map((measure) => (
              <td key={measure}>{formatMeasure(measure, series.totals[measure])}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
