import type { TimeSeries, TimeSeriesQuery } from "@headcount/core/contract";
import { type UseSuspenseQueryResult, useSuspenseQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import { liveInterval } from "./live-interval.ts";
import type { SuspenseAnswerOptions } from "./suspense-answer-options.ts";

/** Options of TanStack Query for {@link useSuspenseTimeSeries}, and `live`. */
export type UseSuspenseTimeSeriesOptions<Data = TimeSeries> = SuspenseAnswerOptions<
  TimeSeries,
  TimeSeriesQuery,
  Data
>;

/**
 * {@link useTimeSeries} for components below a `<Suspense>` and an error boundary: there are always data. Change the
 * query in `startTransition` to keep what is shown until the next answer is there.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @throws {AnalyticsRequestError} to the error boundary, when there is no answer
 * @example
 * const { data } = useSuspenseTimeSeries({ entity_type: "listing", entity_id: "7" });
 * data.totals.unique_visitors; //=> 42
 */
export function useSuspenseTimeSeries<Data = TimeSeries>(
  query: TimeSeriesQuery,
  { live, ...options }: UseSuspenseTimeSeriesOptions<Data> = {},
): UseSuspenseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useSuspenseTimeSeries");
  // what data are, the caller's select says
  const { select: _, ...question } = queries.timeSeries(query);
  const refetchInterval = liveInterval(live, query);
  return useSuspenseQuery({ ...question, refetchInterval, ...options }, queryClient);
}
