import type { TimeSeries } from "@headcount/core/contract";
import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  type ReactNode,
  useMemo,
  useState,
} from "react";
import type { Customization } from "../analytics/customization.ts";
import { ActiveBucket, ActiveValues } from "./active-bucket.tsx";
import { ChartAxes } from "./chart-axes.tsx";
import { ChartBars } from "./chart-bars.tsx";
import { type ChartLayout, layOutChart } from "./chart-layout.ts";
import { ChartLines } from "./chart-lines.tsx";
import { type ChartTab, tabMeasures } from "./chart-tab.ts";
import { ChartTip, describePoint } from "./chart-tip.tsx";
import { useElementSize } from "./use-element-size.ts";

export interface TimeChartProps {
  series: TimeSeries;
  tab: ChartTab;
  customization: Pick<Customization, "messages" | "locale">;
}

/**
 * Draws a series. Its buckets are one slider: one stop of the tab key, arrows from bucket to bucket, and the numbers
 * of each are read out. The table beside it says the same.
 */
export function TimeChart({ series, tab, customization }: TimeChartProps): ReactNode {
  const [canvas, size] = useElementSize<HTMLDivElement>();
  const [active, setActive] = useState<number>();
  const measures = tabMeasures[tab];
  const { messages, locale } = customization;
  const layout = useMemo(
    () => (size === undefined ? undefined : layOutChart({ series, measures, locale, ...size })),
    [series, measures, locale, size],
  );
  const { period } = series;
  const last = series.data.length - 1;
  const current = Math.min(active ?? last, last);
  const point = layout?.points[current];

  const onKeyDown = (event: KeyboardEvent): void => {
    const moved = keyMoves[event.key]?.(active === undefined ? undefined : current, last);
    if (moved === undefined && event.key !== "Escape") return;
    event.preventDefault();
    setActive(moved === undefined ? undefined : Math.min(Math.max(moved, 0), last));
  };
  const onPointer = ({ clientX, currentTarget }: PointerEvent): void => {
    if (layout === undefined) return;
    const x = clientX - currentTarget.getBoundingClientRect().left;
    const index = Math.floor((x - layout.left) / layout.step);
    setActive(index < 0 || index > last ? undefined : index);
  };
  return (
    <div
      ref={canvas}
      className="headcount-drawing headcount-time-chart"
      role="slider"
      tabIndex={0}
      aria-label={messages.chart.tabs[tab].caption}
      aria-valuemin={1}
      aria-valuemax={last + 1}
      aria-valuenow={current + 1}
      aria-valuetext={point && describePoint({ point, period, measures, customization })}
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
          {active !== undefined && <ActiveBucket layout={layout} index={current} />}
          <Drawing layout={layout} />
          {active !== undefined && <ActiveValues layout={layout} index={current} />}
        </svg>
      )}
      {layout !== undefined && active !== undefined && point !== undefined && (
        <div className="headcount-tip-place" style={tipPlace(layout, current)}>
          <ChartTip
            point={point}
            period={period}
            measures={measures}
            customization={customization}
          />
        </div>
      )}
    </div>
  );
}

// not again for each bucket that the pointer passes
const Drawing = memo(function Drawing({ layout }: { layout: ChartLayout }): ReactNode {
  return (
    <>
      <ChartAxes layout={layout} />
      {layout.form === "bars" ? <ChartBars layout={layout} /> : <ChartLines layout={layout} />}
    </>
  );
});

// the first key shows the newest bucket
const keyMoves: Readonly<
  Record<string, (current: number | undefined, last: number) => number | undefined>
> = {
  ArrowLeft: (current, last) => (current === undefined ? last : current - 1),
  ArrowDown: (current, last) => (current === undefined ? last : current - 1),
  ArrowRight: (current, last) => (current === undefined ? last : current + 1),
  ArrowUp: (current, last) => (current === undefined ? last : current + 1),
  PageDown: (current, last) => (current ?? last) - 7,
  PageUp: (current, last) => (current ?? last) + 7,
  Home: () => 0,
  End: (_, last) => last,
};

function tipPlace(layout: ChartLayout, index: number): { left?: number; right?: number } {
  const x = layout.x(index);
  const gap = layout.step / 2 + 8;
  return x < layout.width / 2 ? { left: x + gap } : { right: layout.width - x + gap };
}
