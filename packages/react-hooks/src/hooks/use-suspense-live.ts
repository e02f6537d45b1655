import type { LiveQuery, LiveVisitors } from "@headcount/core/contract";
import { type UseSuspenseQueryResult, useSuspenseQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import { liveInterval } from "./live-interval.ts";
import type { SuspenseAnswerOptions } from "./suspense-answer-options.ts";

/** Options of TanStack Query for {@link useSuspenseLive}, and `live`, which is true by default. */
export type UseSuspenseLiveOptions<Data = LiveVisitors> = SuspenseAnswerOptions<
  LiveVisitors,
  LiveQuery,
  Data
>;

/**
 * {@link useLive} for components below a `<Suspense>` and an error boundary: there are always data.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @throws {AnalyticsRequestError} to the error boundary, when there is no answer
 * @example
 * const { data } = useSuspenseLive({ entity_type: "listing", entity_id: "7" });
 * data.data[0]?.unique_visitors; //=> 3
 */
export function useSuspenseLive<Data = LiveVisitors>(
  query: LiveQuery,
  { live = true, ...options }: UseSuspenseLiveOptions<Data> = {},
): UseSuspenseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useSuspenseLive");
  // what data are, the caller's select says
  const { select: _, ...question } = queries.live(query);
  const refetchInterval = liveInterval(live);
  return useSuspenseQuery({ ...question, refetchInterval, ...options }, queryClient);
}
