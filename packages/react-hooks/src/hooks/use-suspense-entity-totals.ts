import type { EntityTotals, EntityTotalsQuery } from "@headcount/core/contract";
import { type UseSuspenseQueryResult, useSuspenseQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import { liveInterval } from "./live-interval.ts";
import type { SuspenseAnswerOptions } from "./suspense-answer-options.ts";

/** Options of TanStack Query for {@link useSuspenseEntityTotals}, and `live`. */
export type UseSuspenseEntityTotalsOptions<Data = EntityTotals> = SuspenseAnswerOptions<
  EntityTotals,
  EntityTotalsQuery,
  Data
>;

/**
 * {@link useEntityTotals} for components below a `<Suspense>` and an error boundary: there are always data.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @throws {AnalyticsRequestError} to the error boundary, when there is no answer
 * @example
 * const entities = ["7", "8"].map((entity_id) => ({ entity_type: "listing", entity_id }));
 * const { data } = useSuspenseEntityTotals({ entities });
 * data.data.map(({ views }) => views); //=> [120, 31]
 */
export function useSuspenseEntityTotals<Data = EntityTotals>(
  query: EntityTotalsQuery,
  { live, ...options }: UseSuspenseEntityTotalsOptions<Data> = {},
): UseSuspenseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useSuspenseEntityTotals");
  // what data are, the caller's select says
  const { select: _, ...question } = queries.entityTotals(query);
  const refetchInterval = liveInterval(live, query);
  return useSuspenseQuery({ ...question, refetchInterval, ...options }, queryClient);
}
