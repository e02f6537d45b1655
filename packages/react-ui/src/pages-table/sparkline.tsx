import type { ReactNode } from "react";

const width = 96;
const height = 28;

/** How views went, without an axis: the numbers beside it say how many. */
export function Sparkline({ values }: { values: readonly number[] }): ReactNode {
  const step = width / Math.max(values.length - 1, 1);
  const highest = Math.max(...values, 1);
  const points = values.map((value, index) => {
    const y = height - 2 - (value / highest) * (height - 4);
    return `${Math.round(index * step * 10) / 10} ${Math.round(y * 10) / 10}`;
  });
  const line = `M${points.join("L")}`;
  return (
    <svg
      className="headcount-sparkline headcount-unique_visitors"
      width={width}
      height={height}
      aria-hidden="true"
    >
      {values.length > 1 && (
        <>
          <path className="headcount-chart-area" d={`${line}V${height}H0z`} />
          <path className="headcount-chart-line" d={line} />
        </>
      )}
    </svg>
  );
}
