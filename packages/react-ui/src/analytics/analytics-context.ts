import type {
  OwnerSubjectQuery,
  Period,
  SiteSubjectQuery,
  TimeSeries,
  TypeSubjectQuery,
} from "@headcount/core/contract";
import type { DateRange } from "@headcount/core/present";
import type { AnalyticsRequestError, Live } from "@headcount/react-hooks";
import { type Context, createContext, useContext } from "react";
import type { RangeView } from "./use-range.ts";

/** What was viewed: a kind of thing and its id; null stands for pages without an entity. */
export interface ViewedEntity {
  entity_type: string;
  entity_id: string | number | null;
}

/**
 * What is looked at besides an entity, by its `level`: all that an owner has, all of a type, or the whole site, each visitor counted once.
 * Your routes answer it where that level was switched on.
 */
export type ViewedGroup = OwnerSubjectQuery | TypeSubjectQuery | SiteSubjectQuery;

/**
 * What somebody without an account is, as `visitorDays` of the tracker and `visitor` of the client make it: one browser,
 * one browser on each day, or each visit.
 */
export type AnonymousBy = "visitor_id" | "day" | "session";

/** What one looks at, and what there is of it. */
export interface AnalyticsView extends RangeView {
  /** What it is of, for questions of your own. */
  subject: ViewedEntity | ViewedGroup;
  period: Period;
  onPeriod: (period: Period) => void;
  live: Live;
  /** Undefined where the host does not say it. */
  anonymousBy: AnonymousBy | undefined;
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
