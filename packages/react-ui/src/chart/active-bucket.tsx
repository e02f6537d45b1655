import type { ReactNode } from "react";
import type { ChartLayout } from "./chart-layout.ts";

export interface ActiveBucketProps {
  layout: ChartLayout;
  index: number;
}

/** What lies behind the bucket that one looks at. */
export function ActiveBucket({ layout, index }: ActiveBucketProps): ReactNode {
  const { x, step, top, bottom } = layout;
  const width = Math.max(step, 2);
  return (
    <rect
      className="headcount-chart-active"
      x={x(index) - width / 2}
      y={top}
      width={width}
      height={bottom - top}
    />
  );
}

/** Where its values are on the lines; a bar shows that itself. */
export function ActiveValues({ layout, index }: ActiveBucketProps): ReactNode {
  const { form, points, measures, x, y } = layout;
  if (form === "bars") return null;
  return measures.map((measure) => {
    const value = points[index]?.[measure];
    if (value === null || value === undefined) return null;
    return (
      <circle
        key={measure}
        className={`headcount-chart-dot headcount-${measure}`}
        cx={x(index)}
        cy={y(value)}
        r={4}
        strokeWidth={2}
      />
    );
  });
}
