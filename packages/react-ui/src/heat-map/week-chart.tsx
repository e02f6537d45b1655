import { formatHourOfWeek, formatMeasure } from "@headcount/core/present";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useMemo, useState } from "react";
import { useElementSize } from "../chart/use-element-size.ts";
import { layOutWeek, levels, type WeekLayout } from "./week-layout.ts";
import type { WeekProps } from "./week-table.tsx";

/**
 * Draws the hours of the week, the more visitors the stronger. They are one slider: one stop of the tab key, arrows
 * from hour to hour and from day to day, and the numbers of each are read out. The table beside it says the same.
 */
export function WeekChart({ week, customization }: WeekProps): ReactNode {
  const [canvas, size] = useElementSize<HTMLDivElement>();
  const [active, setActive] = useState<number>();
  const { messages, locale } = customization;
  const layout = useMemo(
    () => (size === undefined ? undefined : layOutWeek({ week: week.data, locale, ...size })),
    [week, locale, size],
  );
  const words = messages.heatMap;
  const busiest = week.data.reduce(
    (most, { visitors_per_hour }, index) =>
      (visitors_per_hour ?? 0) > (week.data[most]?.visitors_per_hour ?? 0) ? index : most,
    0,
  );
  const current = active ?? busiest;
  const hour = week.data[current];
  const numbers = [
    { name: words.visitors, value: hour?.visitors_per_hour ?? null },
    { name: words.views, value: hour?.views_per_hour ?? null },
  ].map(({ name, value }) => ({ name, text: formatMeasure("views", value, { locale }) }));
  const when = hour && formatHourOfWeek(hour, { locale });

  const onKeyDown = (event: KeyboardEvent): void => {
    const move = keyMoves[event.key];
    if (move === undefined && event.key !== "Escape") return;
    event.preventDefault();
    // the first key shows the busiest hour
    setActive(move && (active === undefined ? busiest : move(current)));
  };
  const onPointer = ({ clientX, clientY, currentTarget }: PointerEvent): void => {
    const { left, top } = currentTarget.getBoundingClientRect();
    setActive(layout?.hourAt(clientX - left, clientY - top));
  };
  return (
    <div
      ref={canvas}
      className="headcount-drawing headcount-week-chart"
      role="slider"
      tabIndex={0}
      aria-label={words.visitors}
      aria-valuemin={1}
      aria-valuemax={week.data.length}
      aria-valuenow={current + 1}
      aria-valuetext={`${when}: ${numbers.map(({ name, text }) => `${name} ${text}`).join(", ")}`}
      onKeyDown={onKeyDown}
      onBlur={() => setActive(undefined)}
      onPointerMove={onPointer}
      onPointerDown={onPointer}
      onPointerLeave={({ pointerType }) => {
        // a finger leaves when it is lifted: what was tapped stays
        if (pointerType === "mouse") setActive(undefined);
      }}
    >
      {layout !== undefined && (
        <svg viewBox={`0 0 ${layout.width} ${layout.height}`} aria-hidden="true">
          <Week layout={layout} />
          {active !== undefined && (
            <path d={layout.cell(current)} fill="none" stroke="currentColor" strokeWidth={2} />
          )}
        </svg>
      )}
      {layout !== undefined && active !== undefined && (
        <div className="headcount-tip-place" style={layout.tipPlace(current)}>
          <div className="headcount-tip">
            <strong>{when}</strong>
            <ul>
              {numbers.map(({ name, text }) => (
                <li key={name}>
                  <span />
                  <span className="headcount-muted">{name}</span>
                  <span>{text}</span>
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </div>
  );
}

function Week({ layout }: { layout: WeekLayout }): ReactNode {
  return (
    <>
      {levels.map((opacity, level) => (
        <path
          key={opacity}
          className="headcount-chart-bar"
          fillOpacity={opacity}
          d={layout.cellsOf(level)}
        />
      ))}
      <g className="headcount-chart-axes">
        {layout.weekdayLabels.map(({ y, label }) => (
          <text key={label} x={layout.left - 8} y={y} dy="0.32em" textAnchor="end">
            {label}
          </text>
        ))}
        {layout.hourLabels.map(({ x, label }) => (
          <text key={label} x={x} y={layout.height - 6}>
            {label}
          </text>
        ))}
      </g>
    </>
  );
}

const keyMoves: Readonly<Record<string, (current: number) => number>> = {
  ArrowLeft: (current) => Math.max(current - 1, 0),
  ArrowRight: (current) => Math.min(current + 1, 167),
  ArrowUp: (current) => (current < 24 ? current : current - 24),
  ArrowDown: (current) => (current > 143 ? current : current + 24),
  Home: (current) => current - (current % 24),
  End: (current) => current - (current % 24) + 23,
};
