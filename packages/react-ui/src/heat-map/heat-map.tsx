import type { HeatMap as HoursOfWeek } from "@headcount/core/contract";
import { formatRange } from "@headcount/core/present";
import { useHeatMap } from "@headcount/react-hooks";
import { type ReactNode, useState } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { latestDays } from "../analytics/latest-days.ts";
import { type Form, FormChoices } from "../controls/form-choices.tsx";
import { EmptyPanel } from "../states/empty-panel.tsx";
import { TroublePanel } from "../states/state-panel.tsx";
import { WeekChart } from "./week-chart.tsx";
import { WeekTable } from "./week-table.tsx";

/** In which hours of the week people come, and a table that says the same. */
export function HeatMap(): ReactNode {
  const view = useAnalyticsView();
  const { subject, range, today, series, state, messages, locale, classes } = view;
  const [form, setForm] = useState<Form>("chart");
  const shown = latestDays(range, today);
  const asked = useHeatMap(state === "shown" ? { ...subject, ...shown } : null);
  const { data, error, isPlaceholderData } = asked;
  const words = messages.heatMap;
  if (state !== "shown") return null;
  // where the numbers are missing too, that is said once
  if (error !== null && data === undefined && series !== undefined) {
    return <TroublePanel error={error} retry={() => void asked.refetch()} customization={view} />;
  }
  return (
    <section
      className={classes("heatMap")}
      aria-label={words.title}
      aria-busy={data === undefined || isPlaceholderData}
    >
      <div className="headcount-head">
        <h2>{words.title}</h2>
        {shown !== range && <p className="headcount-note">{formatRange(shown, { locale })}</p>}
        <FormChoices form={form} onChoose={setForm} />
      </div>
      <div className="headcount-canvas" data-stale={isPlaceholderData}>
        {data === undefined ? (
          <div className="headcount-skeleton" />
        ) : (
          <Drawn week={data} form={form} />
        )}
      </div>
    </section>
  );
}

function Drawn({ week, form }: { week: HoursOfWeek; form: Form }): ReactNode {
  const view = useAnalyticsView();
  if (form === "table") return <WeekTable week={week} customization={view} />;
  if (week.data.some(({ views }) => views > 0)) {
    return <WeekChart week={week} customization={view} />;
  }
  return (
    <EmptyPanel about="heatMap" words={view.messages.chart.empty.visits} customization={view} />
  );
}
