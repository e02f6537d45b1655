import { type LineRun, lineRuns, type Measure } from "@headcount/core/present";
import type { ReactNode } from "react";
import { at, type ChartLayout } from "./chart-layout.ts";

/** A line for each measure, for more buckets than bars can show: with gaps, and dashes to what is incomplete. */
export function ChartLines({ layout }: { layout: ChartLayout }): ReactNode {
  const [filled] = layout.measures;
  return (
    <>
      {filled === "views" && <path className="headcount-chart-area" d={area(layout, filled)} />}
      {layout.measures.map((measure) => {
        const runs = lineRuns(layout.points, measure);
        const lines = (incomplete: boolean): string =>
          runs
            .filter((run) => run.incomplete === incomplete)
            .map((run) => path(layout, { measure, ...run }))
            .join("");
        return (
          <g key={measure} className={`headcount-${measure}`}>
            <path className="headcount-chart-line" d={lines(false)} />
            <path className="headcount-chart-line" strokeDasharray="2 5" d={lines(true)} />
          </g>
        );
      })}
    </>
  );
}

function area(layout: ChartLayout, measure: Measure): string {
  const { points, x, bottom } = layout;
  return lineRuns(points, measure)
    .map(
      (run) =>
        `${path(layout, { measure, ...run })}L${at(x(run.to))} ${bottom}H${at(x(run.from))}z`,
    )
    .join("");
}

// of a lone point a line of no length, which round caps make a dot
function path(
  { points, x, y }: ChartLayout,
  { measure, from, to }: Pick<LineRun, "from" | "to"> & { measure: Measure },
): string {
  const places = points
    .slice(from, to + 1)
    .map((point, nth) => `${at(x(from + nth))} ${at(y(point[measure] ?? 0))}`);
  return `M${places.join("L")}${from === to ? "h0" : ""}`;
}
