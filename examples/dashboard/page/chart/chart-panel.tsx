import type { TimeSeries } from "@headcount/core/contract";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { measureNames } from "../../format/format-measure.ts";
import { Choices } from "../controls/choices.tsx";
import { type Tab, tabs } from "../dashboard/use-view-state.ts";
import { chartTabs } from "./chart-tab.ts";
import { EmptyChart } from "./empty-chart.tsx";
import { SeriesTable } from "./series-table.tsx";
import "./chart-panel.css";

// the drawing is most of the code of the page: everything else is there before it
const loadChart = () => import("./series-chart.tsx");
const SeriesChart = lazy(async () => ({ default: (await loadChart()).SeriesChart }));

export interface ChartPanelProps {
  /** Undefined until it is known. */
  series: TimeSeries | undefined;
  /** Whether it is that of the range before. */
  stale: boolean;
  tab: Tab;
  onTab: (tab: Tab) => void;
}

/** The series as a chart, or as a table for those who would rather read it. */
export function ChartPanel({ series, stale, tab, onTab }: ChartPanelProps): ReactNode {
  const [form, setForm] = useState<"chart" | "table">("chart");
  // arrives while the numbers are asked for, not after them
  useEffect(() => void loadChart(), []);
  const { measures, caption } = chartTabs[tab];
  const hasOpen = series?.data.some(({ partial }) => partial) ?? false;
  return (
    <section className="panel chart-panel" aria-label={caption} aria-busy={series === undefined}>
      <div className="chart-panel-head">
        <Choices
          legend="Measure"
          choices={tabs.map((name) => ({ value: name, label: chartTabs[name].label }))}
          value={tab}
          onChoose={onTab}
        />
        <ul className="chart-legend" aria-label="Legend">
          {measures.map((measure) => (
            <li key={measure}>
              <span className={`mark mark-${measure}`} />
              {measureNames[measure]}
            </li>
          ))}
          {hasOpen && (
            <li>
              <span className="mark-open" />
              In part
            </li>
          )}
        </ul>
        <div className="chart-panel-form screen-only">
          <Choices
            legend="Show as"
            choices={[
              { value: "chart", label: "Chart" },
              { value: "table", label: "Table" },
            ]}
            value={form}
            onChoose={setForm}
          />
        </div>
      </div>
      <div className="chart-canvas" data-stale={stale}>
        {series === undefined ? <ChartSkeleton /> : <Drawn series={series} tab={tab} form={form} />}
      </div>
    </section>
  );
}

interface DrawnProps extends Required<Pick<ChartPanelProps, "tab">> {
  series: TimeSeries;
  form: "chart" | "table";
}

function Drawn({ series, tab, form }: DrawnProps): ReactNode {
  if (form === "table") return <SeriesTable series={series} />;
  const isEmpty = series.data.every((bucket) =>
    chartTabs[tab].measures.every((measure) => !bucket[measure]),
  );
  if (isEmpty) return <EmptyChart tab={tab} />;
  return (
    <Suspense fallback={<ChartSkeleton />}>
      <SeriesChart series={series} tab={tab} />
    </Suspense>
  );
}

function ChartSkeleton(): ReactNode {
  return <div className="skeleton chart-skeleton" />;
}
