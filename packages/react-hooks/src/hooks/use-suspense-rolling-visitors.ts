import type { RollingVisitors, RollingVisitorsQuery } from "@headcount/core/contract";
import { type UseSuspenseQueryResult, useSuspenseQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import { liveInterval } from "./live-interval.ts";
import type { SuspenseAnswerOptions } from "./suspense-answer-options.ts";

/** Options of TanStack Query for {@link useSuspenseRollingVisitors}, and `live`. */
export type UseSuspenseRollingVisitorsOptions<Data = RollingVisitors> = SuspenseAnswerOptions<
  RollingVisitors,
  RollingVisitorsQuery,
  Data
>;

/**
 * {@link useRollingVisitors} for components below a `<Suspense>` and an error boundary: there are always data.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @throws {AnalyticsRequestError} to the error boundary, when there is no answer
 * @example
 * const { data } = useSuspenseRollingVisitors({ entity_type: "listing", entity_id: "7" });
 * data.totals.stickiness; //=> 12.5
 */
export function useSuspenseRollingVisitors<Data = RollingVisitors>(
  query: RollingVisitorsQuery,
  { live, ...options }: UseSuspenseRollingVisitorsOptions<Data> = {},
): UseSuspenseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useSuspenseRollingVisitors");
  // what data are, the caller's select says
  const { select: _, ...question } = queries.rollingVisitors(query);
  const refetchInterval = liveInterval(live, query);
  return useSuspenseQuery({ ...question, refetchInterval, ...options }, queryClient);
}
