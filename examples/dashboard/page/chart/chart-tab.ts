import type { Measure } from "../../format/format-measure.ts";
import type { Tab } from "../dashboard/use-view-state.ts";

export interface ChartTab {
  label: string;
  measures: readonly Measure[];
  /** What the chart is, in a few words for those who listen. */
  caption: string;
}

/** What each tab of the chart shows. */
export const chartTabs: Readonly<Record<Tab, ChartTab>> = {
  visits: {
    label: "Visits",
    measures: ["views", "unique_visitors", "unique_accounts"],
    caption: "Views, unique visitors and accounts over time",
  },
  time: {
    label: "Time on page",
    measures: ["avg_time_on_page"],
    caption: "Average time on page over time",
  },
  bounces: { label: "Bounce rate", measures: ["bounce_rate"], caption: "Bounce rate over time" },
};
