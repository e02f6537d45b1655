import type { Period } from "@headcount/core/contract";
import { periodsOf } from "@headcount/core/present";
import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";

/** How finely the range is cut. */
export function PeriodMenu(): ReactNode {
  const { range, period, onPeriod, messages, classes } = useAnalyticsView();
  return (
    <select
      className={`${classes("field")} headcount-screen`}
      aria-label={messages.range.period}
      value={period}
      onChange={({ target }) => onPeriod(target.value as Period)}
    >
      {periodsOf(range).map((name) => (
        <option key={name} value={name}>
          {messages.periods[name]}
        </option>
      ))}
    </select>
  );
}
