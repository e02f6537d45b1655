import type { Measure } from "@headcount/core/present";
import type { Tab } from "../dashboard/use-view-state.ts";

export interface ChartTab {
  label: string;
  /** The same where there is little room. */
  shortLabel: string;
  /** The widest first: each is a part of the one before it. */
  measures: readonly [Measure, ...Measure[]];
  /** What the chart is, in a few words for those who listen. */
  caption: string;
}

/** What each tab of the chart shows. */
export const chartTabs: Readonly<Record<Tab, ChartTab>> = {
  visits: {
    label: "Visits",
    shortLabel: "Visits",
    measures: ["views", "unique_visitors", "unique_accounts"],
    caption: "Views, unique visitors and accounts over time",
  },
  time: {
    label: "Time on page",
    shortLabel: "Time",
    measures: ["avg_time_on_page"],
    caption: "Average time on page over time",
  },
  bounces: {
    label: "Bounce rate",
    shortLabel: "Bounces",
    measures: ["bounce_rate"],
    caption: "Bounce rate over time",
  },
};
