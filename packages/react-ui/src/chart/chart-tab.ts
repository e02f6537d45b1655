import type { Measure } from "@headcount/core/present";

/** What the chart can show: how many, how many of them for the first time, how long, or how many went away at once. */
export const chartTabs = ["visits", "new", "time", "bounces"] as const;

export type ChartTab = (typeof chartTabs)[number];

/** The measures of each: the widest first, each a part of the one before it. */
export const tabMeasures: Readonly<Record<ChartTab, readonly [Measure, ...Measure[]]>> = {
  visits: ["views", "unique_visitors", "unique_accounts"],
  new: ["unique_visitors", "new_visitors"],
  time: ["avg_time_on_page"],
  bounces: ["bounce_rate"],
};
