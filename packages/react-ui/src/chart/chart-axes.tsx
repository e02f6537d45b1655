import type { ReactNode } from "react";
import type { ChartLayout } from "./chart-layout.ts";

/** The lines of the values, and what values and buckets are called. */
export function ChartAxes({ layout }: { layout: ChartLayout }): ReactNode {
  const { left, right, bottom, valueLabels, bucketLabels } = layout;
  return (
    <g className="headcount-chart-axes">
      {valueLabels.map(({ y, label }) => (
        <g key={y}>
          <line x1={left} x2={right} y1={y} y2={y} />
          <text x={left - 8} y={y} dy="0.32em" textAnchor="end">
            {label}
          </text>
        </g>
      ))}
      {bucketLabels.map(({ index, x, label }) => (
        <text key={index} x={x} y={bottom + 19} textAnchor="middle">
          {label}
        </text>
      ))}
    </g>
  );
}
