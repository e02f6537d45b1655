import type { ChartPoint, Measure } from "@headcount/core/present";
import { type ReactNode, useId } from "react";
import { at, type ChartLayout } from "./chart-layout.ts";

const widest = 48;
const corner = 3;

/** A bar for each bucket: each measure is a part of the one before it, so they stand in front of each other. */
export function ChartBars({ layout }: { layout: ChartLayout }): ReactNode {
  // React 18 has colons in it, which an address within the page may not have
  const id = useId().replaceAll(":", "");
  return layout.measures.map((measure) => (
    <g key={measure} className={`headcount-${measure}`}>
      <pattern
        id={`${id}${measure}`}
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect className="headcount-chart-hatch-ground" width="6" height="6" />
        <rect className="headcount-chart-bar" width="3" height="6" />
      </pattern>
      <path className="headcount-chart-bar" d={bars(layout, { measure, isDrawn: isWhole })} />
      <path fill={`url(#${id}${measure})`} d={bars(layout, { measure, isDrawn: isIncomplete })} />
    </g>
  ));
}

const isWhole = ({ incomplete }: ChartPoint): boolean => incomplete === null;
const isIncomplete = ({ incomplete }: ChartPoint): boolean => incomplete !== null;

interface DrawnBars {
  measure: Measure;
  isDrawn: (point: ChartPoint) => boolean;
}

function bars(
  { points, step, bottom, x, y }: ChartLayout,
  { measure, isDrawn }: DrawnBars,
): string {
  const width = Math.min(step * 0.72, widest);
  const radius = Math.min(corner, width / 4);
  return points
    .map((point, index) => {
      const value = point[measure];
      if (value === null || !isDrawn(point)) return "";
      // what is known to be 0 is not the same as what is not known
      const height = Math.max(bottom - y(value), value === 0 ? 1 : 2);
      const round = Math.min(radius, height);
      const [left, top] = [x(index) - width / 2, bottom - height];
      return `M${at(left)} ${at(bottom)}V${at(top + round)}q0 ${-round} ${round} ${-round}h${at(width - 2 * round)}q${round} 0 ${round} ${round}V${at(bottom)}z`;
    })
    .join("");
}
