import type { AskedBreakdownQuery, Breakdown } from "@headcount/core/contract";
import { type UseSuspenseQueryResult, useSuspenseQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import { liveInterval } from "./live-interval.ts";
import type { SuspenseAnswerOptions } from "./suspense-answer-options.ts";

/** Options of TanStack Query for {@link useSuspenseBreakdown}, and `live`. */
export type UseSuspenseBreakdownOptions<Data = Breakdown> = SuspenseAnswerOptions<
  Breakdown,
  AskedBreakdownQuery,
  Data
>;

/**
 * {@link useBreakdown} for components below a `<Suspense>` and an error boundary: there are always data.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @throws {AnalyticsRequestError} to the error boundary, when there is no answer
 * @example
 * const { data } = useSuspenseBreakdown({ entity_type: "listing", entity_id: "7", dimension: "visitor_kind" });
 * data.data.map(({ value }) => value); //=> ["anonymous", "account"]
 */
export function useSuspenseBreakdown<Data = Breakdown>(
  query: AskedBreakdownQuery,
  { live, ...options }: UseSuspenseBreakdownOptions<Data> = {},
): UseSuspenseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useSuspenseBreakdown");
  // what data are, the caller's select says
  const { select: _, ...question } = queries.breakdown(query);
  const refetchInterval = liveInterval(live, query);
  return useSuspenseQuery({ ...question, refetchInterval, ...options }, queryClient);
}
