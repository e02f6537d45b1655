import type { TimeSeries } from "@headcount/core/contract";
import { type ReactNode, useMemo } from "react";
import {
  Area,
  CartesianGrid,
  ComposedChart,
  type DotItemDotProps,
  Line,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { formatBucket } from "../../format/format-date.ts";
import { formatTick, type Measure } from "../../format/format-measure.ts";
import { hasBegun } from "../../format/has-begun.ts";
import type { Tab } from "../dashboard/use-view-state.ts";
import { type ChartPoint, chartPoints } from "./chart-points.ts";
import { chartTabs } from "./chart-tab.ts";
import { ChartTip } from "./chart-tip.tsx";

export interface SeriesChartProps {
  series: TimeSeries;
  tab: Tab;
}

const colours: Readonly<Record<Measure, string>> = {
  views: "var(--views)",
  unique_visitors: "var(--visitors)",
  unique_accounts: "var(--accounts)",
  anonymous_visitors: "var(--accounts)",
  avg_time_on_page: "var(--visitors)",
  bounce_rate: "var(--visitors)",
};
const axis = {
  tickLine: false,
  axisLine: false,
  tick: { fill: "var(--ink-muted)", fontSize: 12 },
} as const;

/** Draws a series: gaps where nothing is known, dashes where a bucket is cut or not over yet. */
export function SeriesChart({ series, tab }: SeriesChartProps): ReactNode {
  const { measures, caption } = chartTabs[tab];
  const { data, time_zone, period } = series;
  const points = useMemo(
    () => chartPoints({ data, measures, hasBegun: hasBegun(time_zone) }),
    [data, measures, time_zone],
  );
  const labels = new Map(
    points.map(({ key, bucket }) => [key, formatBucket(bucket, period, "short")]),
  );
  const [filled = "views"] = measures;
  return (
    <ComposedChart
      responsive
      data={points}
      title={caption}
      desc="Arrow keys go from one part of the range to the next. The same numbers are there as a table."
      margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
      style={{ width: "100%", height: "100%" }}
    >
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        {...axis}
        dataKey="key"
        tickFormatter={(key: string) => labels.get(key) ?? ""}
        minTickGap={36}
        interval="equidistantPreserveStart"
        tickMargin={8}
        padding={{ left: 24, right: 24 }}
      />
      <YAxis
        {...axis}
        width={tab === "time" ? 60 : 44}
        tickFormatter={(value: number) => formatTick(filled, value)}
        allowDecimals={false}
        tickCount={5}
      />
      <Tooltip
        content={(tip) => (
          <ChartTip
            point={tip.active ? (tip.payload[0]?.payload as ChartPoint | undefined) : undefined}
            period={period}
            measures={measures}
          />
        )}
        cursor={{ stroke: "var(--line-strong)" }}
        isAnimationActive={false}
      />
      <Area
        dataKey="area"
        type="linear"
        stroke="none"
        fill="var(--views-area)"
        activeDot={false}
        isAnimationActive={false}
      />
      {measures.flatMap((measure) => [
        <Line
          key={measure}
          {...lineOf(measure)}
          dataKey={(point: ChartPoint) => point.whole[measure]}
        />,
        <Line
          key={`${measure} open`}
          {...lineOf(measure)}
          dataKey={(point: ChartPoint) => point.open[measure]}
          strokeDasharray="4 4"
        />,
      ])}
    </ComposedChart>
  );
}

function lineOf(measure: Measure) {
  return {
    name: measure,
    type: "linear",
    stroke: colours[measure],
    strokeWidth: 2,
    isAnimationActive: false,
    activeDot: { r: 4, fill: colours[measure], stroke: "var(--surface)", strokeWidth: 2 },
    // a line through one point shows nothing
    dot: ({ cx, cy, payload, key, value }: DotItemDotProps) =>
      isNumber(value) && (payload as ChartPoint).lone.includes(measure) ? (
        <circle key={key} cx={cx} cy={cy} r={3.5} fill={colours[measure]} />
      ) : (
        <g key={key} />
      ),
  } as const;
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}
