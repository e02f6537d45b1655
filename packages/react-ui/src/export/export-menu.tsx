import type { TimeSeries } from "@headcount/core/contract";
import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { Menu } from "../controls/menu.tsx";
import { seriesCsv } from "./series-csv.ts";

export interface ExportMenuProps {
  /** Links and buttons of your own, for example to routes that stream every visitor: by default a CSV, and printing. */
  children?: ReactNode;
}

/** Ways to take the numbers along. */
export function ExportMenu({ children }: ExportMenuProps): ReactNode {
  const { state, series, messages, classes } = useAnalyticsView();
  if (state !== "shown") return null;
  return (
    <Menu
      label={messages.export.label}
      icon="download"
      className={`${classes("export")} headcount-screen`}
      buttonClassName={classes("button")}
    >
      {children ?? (
        <>
          <button
            type="button"
            disabled={series === undefined}
            onClick={() => series && downloadCsv(series)}
          >
            {messages.export.csv}
          </button>
          <button type="button" onClick={() => window.print()}>
            {messages.export.print}
          </button>
        </>
      )}
    </Menu>
  );
}

function downloadCsv(series: TimeSeries): void {
  // spreadsheets take what begins with this mark for UTF-8
  const file = new Blob(["\uFEFF", seriesCsv(series)], { type: "text/csv" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `views-${series.period}-${series.date_from}-to-${series.date_to}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
