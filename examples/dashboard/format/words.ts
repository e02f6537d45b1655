import type { Period } from "@headcount/core/contract";
import type { ChartPoint, Measure } from "@headcount/core/present";

/** What the measures are called, on the page and in the report. */
export const measureNames: Readonly<Record<Measure, string>> = {
  views: "Views",
  unique_visitors: "Unique visitors",
  unique_accounts: "Accounts",
  anonymous_visitors: "Anonymous",
  new_visitors: "New visitors",
  returning_visitors: "Returning visitors",
  new_accounts: "New accounts",
  avg_time_on_page: "Avg. time",
  bounce_rate: "Bounce rate",
};

/** The measures in the order of cards and columns. */
export const measures: readonly Measure[] = [
  "views",
  "unique_visitors",
  "unique_accounts",
  "anonymous_visitors",
  "avg_time_on_page",
  "bounce_rate",
];

export const periodNames: Readonly<Record<Period, string>> = {
  hourly: "By hour",
  daily: "By day",
  weekly: "By week",
  monthly: "By month",
  quarterly: "By quarter",
  yearly: "By year",
};

const bucketNames: Readonly<Record<Period, string>> = {
  hourly: "This hour",
  daily: "Today",
  weekly: "This week",
  monthly: "This month",
  quarterly: "This quarter",
  yearly: "This year",
};

/** Why a bucket is incomplete; undefined where it is not. */
export function whyIncomplete({ incomplete }: ChartPoint, period: Period): string | undefined {
  switch (incomplete) {
    case "not_over":
      return `${bucketNames[period]} isn't over`;
    case "starts_before_range":
      return "Starts before your range";
    case "ends_after_range":
      return "Ends after your range";
    case null:
      return undefined;
  }
}
