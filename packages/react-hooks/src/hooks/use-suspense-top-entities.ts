import type { TopEntities, TopEntitiesQuery } from "@headcount/core/contract";
import { type UseSuspenseQueryResult, useSuspenseQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import { liveInterval } from "./live-interval.ts";
import type { SuspenseAnswerOptions } from "./suspense-answer-options.ts";

/** Options of TanStack Query for {@link useSuspenseTopEntities}, and `live`. */
export type UseSuspenseTopEntitiesOptions<Data = TopEntities> = SuspenseAnswerOptions<
  TopEntities,
  TopEntitiesQuery,
  Data
>;

/**
 * {@link useTopEntities} for components below a `<Suspense>` and an error boundary: there are always data.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @throws {AnalyticsRequestError} to the error boundary, when there is no answer
 * @example
 * const { data } = useSuspenseTopEntities({ level: "type", entity_type: "listing" });
 * data.data.map(({ entity_id }) => entity_id); //=> ["7", "8"]
 */
export function useSuspenseTopEntities<Data = TopEntities>(
  query: TopEntitiesQuery,
  { live, ...options }: UseSuspenseTopEntitiesOptions<Data> = {},
): UseSuspenseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useSuspenseTopEntities");
  // what data are, the caller's select says
  const { select: _, ...question } = queries.topEntities(query);
  const refetchInterval = liveInterval(live, query);
  return useSuspenseQuery({ ...question, refetchInterval, ...options }, queryClient);
}
