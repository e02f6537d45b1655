import type { TimeSeries } from "@headcount/core/contract";
import {
  type BucketTick,
  bucketTicks,
  type ChartPoint,
  chartPoints,
  formatMeasure,
  type Measure,
  valueTicks,
} from "@headcount/core/present";

// up to two months of days; more would be too thin to be distinguished
const maxBars = 62;
const letter = 7;
// how wide a label of a bucket may be: with a day it is longer than without
const dayRoom = 84;
const monthRoom = 64;
const margin = { top: 8, right: 4, bottom: 26 };

/** A chart measured out in pixels. */
export interface ChartLayout {
  width: number;
  height: number;
  /** The edges of what is drawn within the axes. */
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** How wide a bucket is. */
  step: number;
  points: readonly ChartPoint[];
  form: "bars" | "lines";
  measures: readonly Measure[];
  /** The middle of a bucket. */
  x: (index: number) => number;
  y: (value: number) => number;
  valueLabels: readonly { y: number; label: string }[];
  bucketLabels: readonly (BucketTick & { x: number })[];
}

export interface ChartLayoutOptions {
  series: TimeSeries;
  /** The widest first. */
  measures: readonly [Measure, ...Measure[]];
  width: number;
  height: number;
  locale: string | undefined;
}

/** Finds out where everything of a chart goes. */
export function layOutChart(options: ChartLayoutOptions): ChartLayout {
  const { series, measures, width, height, locale } = options;
  const { data, period } = series;
  const points = chartPoints(series);
  const [widest] = measures;
  const values = points.map((point) => point[widest] ?? 0);
  const ticks = valueTicks(widest, Math.max(...values));
  const texts = ticks.map((value) => formatMeasure(widest, value, { locale, short: true }));
  const left = Math.max(...texts.map((text) => text.length)) * letter + 12;
  const right = width - margin.right;
  const bottom = height - margin.bottom;
  const step = (right - left) / Math.max(points.length, 1);
  const x = (index: number): number => left + (index + 0.5) * step;
  const highest = ticks.at(-1) ?? 1;
  const y = (value: number): number => bottom - (value / highest) * (bottom - margin.top);
  const room =
    period === "hourly" || period === "daily" || period === "weekly" ? dayRoom : monthRoom;
  const maxTicks = Math.max(Math.floor((right - left) / room), 2);
  return {
    width,
    height,
    left,
    right,
    top: margin.top,
    bottom,
    step,
    points,
    measures,
    form: points.length <= maxBars ? "bars" : "lines",
    x,
    y,
    valueLabels: ticks.map((value, index) => ({ y: y(value), label: texts[index] ?? "" })),
    bucketLabels: bucketTicks(data, { period, maxTicks, locale }).map((tick) => {
      const half = (tick.label.length * letter) / 2;
      // beside the edge rather than over it
      return { ...tick, x: Math.min(Math.max(x(tick.index), half), width - half) };
    }),
  };
}

/** A place in a path: finer steps would only make it longer. */
export function at(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
