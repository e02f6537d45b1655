import type { TimeSeries } from "@headcount/core/contract";
import {
  bucketTicks,
  chartPoints,
  formatBucket,
  formatMeasure,
  valueTicks,
} from "@headcount/core/present";
import { useAnalyticsView } from "@headcount/react-ui";
import type { ReactNode } from "react";
import {
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  Rectangle,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";

// each is a part of the one before it
const shown = ["views", "unique_visitors", "unique_accounts"] as const;
const height = 320;

/** The series of the `<Analytics>` around it, drawn by another library: a part of a host's own. */
export function RechartsChart(): ReactNode {
  const { series, state, messages } = useAnalyticsView();
  if (state !== "shown") return null;
  return (
    <section className="panel" aria-label={messages.chart.tabs.visits.caption}>
      {series === undefined ? (
        <div className="skeleton" style={{ height }} />
      ) : (
        <Drawn series={series} />
      )}
    </section>
  );
}

function Drawn({ series }: { series: TimeSeries }): ReactNode {
  const { messages, locale } = useAnalyticsView();
  const { data, period } = series;
  const points = chartPoints(series).map((point) => ({
    ...point,
    name: formatBucket(point, { period, locale }),
  }));
  const labels = new Map(
    bucketTicks(data, { period, maxTicks: 8, locale }).map(({ index, label }) => [
      points[index]?.key,
      label,
    ]),
  );
  const scale = valueTicks("views", Math.max(...points.map(({ views }) => views ?? 0)));
  return (
    <ResponsiveContainer width="100%" height={height}>
      {/* its layer for screen readers has a tab stop for each of its parts; the table of <Chart> says the same */}
      <BarChart data={points} accessibilityLayer={false} margin={{ top: 8, right: 24 }}>
        <Legend itemSorter={null} />
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="key"
          ticks={[...labels.keys()].filter((key) => key !== undefined)}
          tickFormatter={(key: string) => labels.get(key) ?? ""}
          tickLine={false}
          axisLine={false}
          interval="preserveEnd"
          tick={{ fontSize: 12 }}
          stroke="var(--ink-muted)"
        />
        <YAxis
          ticks={scale}
          domain={[0, scale.at(-1) ?? 1]}
          tickFormatter={(views: number) => formatMeasure("views", views, { locale, short: true })}
          tickLine={false}
          axisLine={false}
          width={40}
          tick={{ fontSize: 12 }}
          stroke="var(--ink-muted)"
        />
        <Tooltip
          labelFormatter={(_, [first]) => (first?.payload as { name: string } | undefined)?.name}
          formatter={(value) => formatMeasure("views", Number(value), { locale })}
          contentStyle={{ background: "var(--surface)", borderColor: "var(--line)" }}
          cursor={{ fill: "var(--sunken)" }}
          isAnimationActive={false}
        />
        {shown.map((measure) => (
          <Bar
            key={measure}
            dataKey={measure}
            name={messages.measures[measure]}
            fill={colours[measure]}
            isAnimationActive={false}
            // what is incomplete is pale, so that today does not look like a fall
            shape={(bar) => (
              <Rectangle {...bar} fillOpacity={points[bar.index]?.incomplete === null ? 1 : 0.45} />
            )}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

const colours = {
  views: "var(--views)",
  unique_visitors: "var(--visitors)",
  unique_accounts: "var(--accounts)",
} as const;
