import type { TimeSeries } from "@headcount/core/contract";
import { type ReactNode, useState } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { useControlled } from "../analytics/use-controlled.ts";
import { Choices } from "../controls/choices.tsx";
import { type Form, FormChoices } from "../controls/form-choices.tsx";
import { EmptyPanel } from "../states/empty-panel.tsx";
import { StatePanel } from "../states/state-panel.tsx";
import { type ChartTab, chartTabs, tabMeasures } from "./chart-tab.ts";
import { Legend } from "./legend.tsx";
import { PeriodMenu } from "./period-menu.tsx";
import { SeriesTable } from "./series-table.tsx";
import { TimeChart } from "./time-chart.tsx";

export interface ChartProps {
  /** What it shows, for hosts that keep it: visits, time on page or bounces. */
  tab?: ChartTab | undefined;
  onTabChange?: ((tab: ChartTab) => void) | undefined;
}

/**
 * The numbers over time: bars, or lines where there are many, and a table that says the same. Where there are no
 * numbers to show, it says why.
 */
export function Chart({ tab: givenTab, onTabChange }: ChartProps): ReactNode {
  const { state, series, isStale, anonymousBy, messages, classes } = useAnalyticsView();
  const [tab, setTab] = useControlled<ChartTab>(givenTab, "visits", onTabChange);
  const [form, setForm] = useState<Form>("chart");
  const words = messages.chart;
  if (state !== "shown") return <StatePanel />;
  return (
    <section
      className={classes("chart")}
      aria-label={words.tabs[tab].caption}
      aria-busy={series === undefined || isStale}
    >
      <div className="headcount-head">
        <Choices
          legend={words.measure}
          className={classes("choices")}
          choices={chartTabs.map((name) => ({ value: name, ...words.tabs[name] }))}
          value={tab}
          onChoose={setTab}
        />
      </div>
      <div className="headcount-canvas" data-stale={isStale}>
        {series === undefined ? (
          <div className="headcount-skeleton" />
        ) : (
          <Drawn series={series} tab={tab} form={form} />
        )}
      </div>
      <div className="headcount-head headcount-foot">
        <Legend tab={tab} series={series} />
        <div className="headcount-head headcount-screen">
          <PeriodMenu />
          <FormChoices form={form} onChoose={setForm} />
        </div>
      </div>
      {anonymousBy !== undefined && (
        <p className="headcount-note">{words.visitorsAre[anonymousBy]}</p>
      )}
    </section>
  );
}

interface DrawnProps {
  series: TimeSeries;
  tab: ChartTab;
  form: Form;
}

function Drawn({ series, tab, form }: DrawnProps): ReactNode {
  const view = useAnalyticsView();
  if (form === "table") return <SeriesTable series={series} />;
  const measures = tabMeasures[tab];
  const isEmpty = series.data.every((bucket) => measures.every((measure) => !bucket[measure]));
  if (!isEmpty) return <TimeChart series={series} tab={tab} customization={view} />;
  return <EmptyPanel about="chart" words={view.messages.chart.empty[tab]} customization={view} />;
}
