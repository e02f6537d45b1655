import type { Period, TimeSeries } from "@headcount/core/contract";
import type { DateRange } from "@headcount/core/present";
import type { AnalyticsRequestError, Live } from "@headcount/react-hooks";
import { type Context, createContext, useContext } from "react";
import type { Customization } from "./customization.ts";
import type { RangeChoice } from "./range-choice.ts";

/** What was viewed: a kind of thing and its id; null stands for pages without an entity. */
export interface ViewedEntity {
  entity_type: string;
  entity_id: string | number | null;
}

/** What one looks at, and what there is of it. */
export interface AnalyticsView extends Customization {
  entity: ViewedEntity;
  choice: RangeChoice;
  range: DateRange;
  period: Period;
  timeZone: string;
  today: string;
  onRange: (choice: RangeChoice) => void;
  onPeriod: (period: Period) => void;
  /** Whether the plan shows a range. */
  isLocked: (range: DateRange) => boolean;
  live: Live;
  /** The dates that the range is compared with; undefined where it is not. */
  comparesWith: DateRange | undefined;
  /** Undefined until there is an answer. */
  series: TimeSeries | undefined;
  /** Whether it is that of the range before. */
  isStale: boolean;
  error: AnalyticsRequestError | null;
  /** `shown` while there are numbers, or some are on their way. */
  state: "shown" | "locked" | "failed" | "refused";
  /** Asks for the numbers again. */
  retry: () => void;
}

export const ViewContext: Context<AnalyticsView | null> = createContext<AnalyticsView | null>(null);

/**
 * What the `<Analytics>` around a component looks at, and what there is of it, for parts of a host's own.
 *
 * @throws {Error} outside of Analytics
 * @example
 * const { series, range } = useAnalyticsView();
 * series?.totals.views; //=> 120
 */
export function useAnalyticsView(): AnalyticsView {
  const view = useContext(ViewContext);
  if (view !== null) return view;
  throw new Error(
    "This part is used outside of <Analytics>: put <Analytics entity={…}> around it, or use <AnalyticsPanel>.",
  );
}
