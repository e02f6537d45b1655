import type { Comparison, Period } from "@headcount/core/contract";
import {
  addDays,
  bestPeriod,
  type DateRange,
  periodsOf,
  previousRange,
  todayIn,
} from "@headcount/core/present";
import { type AnalyticsRequestError, useTimeSeries } from "@headcount/react-hooks";
import { useEffect, useState } from "react";
import type { AnalyticsProps } from "./analytics.tsx";
import type { AnalyticsView } from "./analytics-context.ts";
import { useCustomization } from "./customization.ts";
import { datesOf, type RangeChoice } from "./range-choice.ts";
import { useControlled } from "./use-controlled.ts";

/** Finds out what `<Analytics>` looks at, and asks for it. */
export function useView(props: AnalyticsProps): AnalyticsView {
  const { entity, historyDays, live = false } = props;
  const customization = useCustomization(props);
  // known by the first answer at the latest: until then the date in UTC may be a day off, and is then asked for again
  const [knownZone, setKnownZone] = useState("UTC");
  const timeZone = props.timeZone ?? knownZone;
  const today = todayIn(timeZone);
  const isLocked = ({ date_from }: DateRange): boolean =>
    historyDays !== undefined && date_from < addDays(today, 1 - historyDays);

  const [choice, setChoice] = useControlled<RangeChoice>(
    props.range,
    props.defaultRange ?? "30d",
    props.onRangeChange,
  );
  const range = datesOf(choice, today);
  const [chosen, setChosen] = useControlled<Period | null>(
    props.period,
    null,
    (period) => period !== null && props.onPeriodChange?.(period),
  );
  const period = chosen !== null && periodsOf(range).includes(chosen) ? chosen : bestPeriod(range);

  const locked = isLocked(range);
  const comparison = comparisonOf(props.compare, choice);
  const before = comparison && previousRange(range, { compare: comparison, period });
  const comparesWith = before !== undefined && isLocked(before) ? undefined : before;
  const asked = useTimeSeries(
    locked ? null : { ...entity, ...range, period, ...(comparesWith && { compare: comparison }) },
    { live },
  );

  const { data, error, isPlaceholderData } = asked;
  useEffect(() => {
    if (data !== undefined) setKnownZone(data.time_zone);
  }, [data]);
  return {
    ...customization,
    entity,
    choice,
    range,
    period,
    timeZone,
    today,
    isLocked,
    live,
    onRange: (picked) => {
      // the best period of another range is another one
      setChosen(null);
      setChoice(picked);
    },
    onPeriod: setChosen,
    comparesWith,
    series: data,
    isStale: isPlaceholderData,
    error,
    state: locked ? "locked" : stateOf(error, data !== undefined),
    retry: () => void asked.refetch(),
  };
}

function comparisonOf(
  compare: AnalyticsProps["compare"],
  choice: RangeChoice,
): Comparison | undefined {
  if (typeof compare === "string") return compare;
  if (compare !== true) return undefined;
  return choice === "12m" ? "previous_year" : "previous_period";
}

function stateOf(error: AnalyticsRequestError | null, hasData: boolean): AnalyticsView["state"] {
  switch (error?.reason) {
    case "signed_out":
    case "forbidden":
      return "refused";
    case "upgrade_needed":
      return "locked";
    case "refused":
    case "unavailable":
    case "unreadable":
      return hasData ? "shown" : "failed";
    case undefined:
      return "shown";
  }
}
