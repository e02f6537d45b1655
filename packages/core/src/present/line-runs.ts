import type { ChartPoint } from "./chart-points.ts";
import type { Measure } from "./format-measure.ts";

/** A stretch of a line: through the points from one index to another, both among them; of a lone point both are the same. */
export interface LineRun {
  from: number;
  to: number;
  /** Whether it leads to or from an incomplete bucket: draw it dashed. */
  incomplete: boolean;
}

/**
 * The stretches of a measure's line, with gaps where it is not known.
 *
 * @example
 * lineRuns(chartPoints(series), "views");
 * //=> [{ from: 0, to: 28, incomplete: false }, { from: 28, to: 29, incomplete: true }]
 */
export function lineRuns(points: readonly ChartPoint[], measure: Measure): LineRun[] {
  const runs: LineRun[] = [];
  let run: LineRun | undefined;
  for (const [index, point] of points.entries()) {
    if (point[measure] === null) {
      run = undefined;
      continue;
    }
    const isOpen = point.incomplete !== null;
    const incomplete = isOpen || (run !== undefined && points[index - 1]?.incomplete !== null);
    if (run !== undefined && (run.from === run.to || run.incomplete === incomplete)) {
      run.to = index;
      run.incomplete = incomplete;
    } else {
      run = { from: run === undefined ? index : index - 1, to: index, incomplete };
      runs.push(run);
    }
  }
  return runs;
}
