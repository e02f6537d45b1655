import type { TimeSeries } from "@headcount/core/contract";
import { chartPoints, formatBucket, formatMeasure, measures } from "@headcount/core/present";
import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { whyIncomplete } from "../words/why-incomplete.ts";

/** Every number of a series, the latest first. */
export function SeriesTable({ series }: { series: TimeSeries }): ReactNode {
  const { messages, locale } = useAnalyticsView();
  const words = messages.chart;
  const { period } = series;
  const begun = chartPoints(series).filter(({ has_begun }) => has_begun);
  return (
    <div className="headcount-table" tabIndex={0} role="region" aria-label={words.allNumbers}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.when}</th>
            {measures.map((measure) => (
              <th key={measure} scope="col">
                {messages.measures[measure]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {begun.toReversed().map((point) => (
            <tr key={point.key}>
              <th scope="row">
                {formatBucket(point, { period, locale })}
                {point.incomplete !== null && (
                  <span className="headcount-badge" title={whyIncomplete(point, period, messages)}>
                    {words.incomplete}
                  </span>
                )}
              </th>
              {measures.map((measure) => (
                <td key={measure}>{formatMeasure(measure, point[measure], { locale })}</td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.total}</th>
            {measures.map((measure) => (
              <td key={measure}>{formatMeasure(measure, series.totals[measure], { locale })}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
