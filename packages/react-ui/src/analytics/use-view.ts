import type { Period } from "@headcount/core/contract";
import { bestPeriod, periodsOf } from "@headcount/core/present";
import { type AnalyticsRequestError, useTimeSeries } from "@headcount/react-hooks";
import { useEffect } from "react";
import type { AnalyticsView, AnonymousBy, ViewedEntity, ViewedGroup } from "./analytics-context.ts";
import { useControlled } from "./use-controlled.ts";
import { type RangeOptions, useRange } from "./use-range.ts";

/** How `<Analytics>` looks at something. */
interface SeriesOptions extends RangeOptions {
  /** How finely the range is cut, for hosts that keep it: by default as its length has it best. */
  period?: Period | undefined;
  onPeriodChange?: ((period: Period) => void) | undefined;
  /** What somebody without an account is, so that the chart can say what it counts: nothing is said by default. */
  anonymousBy?: AnonymousBy | undefined;
}

/** An entity, or else all `of` an owner, a type or the site. */
type Viewed = { entity: ViewedEntity; of?: undefined } | { entity?: undefined; of: ViewedGroup };

/** What `<Analytics>` looks at, as hosts say it. */
export type ViewOptions = SeriesOptions & Viewed;

/** Finds out what `<Analytics>` looks at, and asks for it. */
export function useView(options: ViewOptions): AnalyticsView {
  const { entity, of, anonymousBy, onPeriodChange, live = false } = options;
  const subject = of ?? entity;
  const { view, comparedWith, onTimeZone } = useRange(options);
  const { range, isLocked, onRange } = view;
  const [chosen, setChosen] = useControlled<Period | null>(
    options.period,
    null,
    (period) => period !== null && onPeriodChange?.(period),
  );
  const period = chosen !== null && periodsOf(range).includes(chosen) ? chosen : bestPeriod(range);

  const locked = isLocked(range);
  const compared = comparedWith(period);
  const asked = useTimeSeries(
    locked
      ? null
      : { ...subject, ...range, period, ...(compared && { compare: compared.compare }) },
    { live },
  );
  const { data, error, isPlaceholderData } = asked;
  useEffect(() => {
    if (data !== undefined) onTimeZone(data.time_zone);
  }, [data, onTimeZone]);
  return {
    ...view,
    subject,
    period,
    live,
    anonymousBy,
    onRange: (picked) => {
      // the best period of another range is another one
      setChosen(null);
      onRange(picked);
    },
    onPeriod: setChosen,
    comparesWith: compared?.dates,
    series: data,
    isStale: isPlaceholderData,
    error,
    state: locked ? "locked" : stateOf(error, data !== undefined),
    retry: () => void asked.refetch(),
  };
}

/** Whether there are numbers to show, or why not. */
export function stateOf(
  error: AnalyticsRequestError | null,
  hasData: boolean,
): AnalyticsView["state"] {
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
