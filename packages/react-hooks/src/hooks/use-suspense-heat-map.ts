import type { HeatMap, HeatMapQuery } from "@headcount/core/contract";
import { type UseSuspenseQueryResult, useSuspenseQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import { liveInterval } from "./live-interval.ts";
import type { SuspenseAnswerOptions } from "./suspense-answer-options.ts";

/** Options of TanStack Query for {@link useSuspenseHeatMap}, and `live`. */
export type UseSuspenseHeatMapOptions<Data = HeatMap> = SuspenseAnswerOptions<
  HeatMap,
  HeatMapQuery,
  Data
>;

/**
 * {@link useHeatMap} for components below a `<Suspense>` and an error boundary: there are always data.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @throws {AnalyticsRequestError} to the error boundary, when there is no answer
 * @example
 * const { data } = useSuspenseHeatMap({ entity_type: "listing", entity_id: "7" });
 * data.data[9]?.views_per_hour; //=> 2.58, on Mondays from nine to ten
 */
export function useSuspenseHeatMap<Data = HeatMap>(
  query: HeatMapQuery,
  { live, ...options }: UseSuspenseHeatMapOptions<Data> = {},
): UseSuspenseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useSuspenseHeatMap");
  // what data are, the caller's select says
  const { select: _, ...question } = queries.heatMap(query);
  const refetchInterval = liveInterval(live, query);
  return useSuspenseQuery({ ...question, refetchInterval, ...options }, queryClient);
}
