import type { TimeSeries } from "@headcount/core/contract";
import { chartPoints } from "@headcount/core/present";
import { type ReactNode, useState } from "react";
import { measureNames } from "../../format/words.ts";
import { Choices } from "../controls/choices.tsx";
import { PeriodMenu, type PeriodMenuProps } from "../dashboard/period-menu.tsx";
import { type Tab, tabs } from "../dashboard/use-view-state.ts";
import { formOf } from "./chart-layout.ts";
import { chartTabs } from "./chart-tab.ts";
import { EmptyChart } from "./empty-chart.tsx";
import { SeriesTable } from "./series-table.tsx";
import { TimeChart } from "./time-chart.tsx";
import "./chart-panel.css";

export interface ChartPanelProps extends PeriodMenuProps {
  /** Undefined until it is known. */
  series: TimeSeries | undefined;
  /** Whether it is that of the range before. */
  stale: boolean;
  tab: Tab;
  onTab: (tab: Tab) => void;
}

type Form = "chart" | "table";

/** The series as a chart, or as a table for those who would rather read it. */
export function ChartPanel(props: ChartPanelProps): ReactNode {
  const { series, stale, tab, onTab, range, period, onPeriod } = props;
  const [form, setForm] = useState<Form>("chart");
  const { caption } = chartTabs[tab];
  return (
    <section
      className="panel chart-panel"
      aria-label={caption}
      aria-busy={series === undefined || stale}
    >
      <div className="chart-panel-head">
        <Choices
          legend="Measure"
          choices={tabs.map((name) => ({ value: name, ...chartTabs[name] }))}
          value={tab}
          onChoose={onTab}
        />
        <PeriodMenu range={range} period={period} onPeriod={onPeriod} />
      </div>
      <div className="chart-canvas" data-stale={stale}>
        {series === undefined ? (
          <div className="skeleton chart-skeleton" />
        ) : (
          <Drawn series={series} tab={tab} form={form} />
        )}
      </div>
      <div className="chart-panel-foot">
        <Legend tab={tab} series={series} />
        <div className="screen-only">
          <Choices legend="Show as" choices={forms} value={form} onChoose={setForm} />
        </div>
      </div>
    </section>
  );
}

const forms = [
  { value: "chart", label: "Chart" },
  { value: "table", label: "Table" },
] as const;

function Drawn({ series, tab, form }: { series: TimeSeries; tab: Tab; form: Form }): ReactNode {
  if (form === "table") return <SeriesTable series={series} />;
  const isEmpty = series.data.every((bucket) =>
    chartTabs[tab].measures.every((measure) => !bucket[measure]),
  );
  return isEmpty ? <EmptyChart tab={tab} /> : <TimeChart series={series} tab={tab} />;
}

interface LegendProps {
  tab: Tab;
  series: TimeSeries | undefined;
}

function Legend({ tab, series }: LegendProps): ReactNode {
  const hasIncomplete =
    series !== undefined && chartPoints(series).some(({ incomplete }) => incomplete !== null);
  return (
    <ul className="chart-legend" aria-label="Legend">
      {chartTabs[tab].measures.map((measure) => (
        <li key={measure}>
          <span className={`mark mark-${measure}`} />
          {measureNames[measure]}
        </li>
      ))}
      {hasIncomplete && (
        <li>
          <span className={`mark mark-incomplete mark-incomplete-${formOf(series.data)}`} />
          Incomplete
        </li>
      )}
    </ul>
  );
}
