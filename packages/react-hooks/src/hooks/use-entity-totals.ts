import type { EntityTotals, EntityTotalsQuery } from "@headcount/core/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { type Asked, isAsked, notAsked, nothingOfMany } from "./asked.ts";
import { keepPreviousAnswer } from "./keep-previous-answer.ts";
import { liveInterval } from "./live-interval.ts";

/** Options of TanStack Query for {@link useEntityTotals}, and `live`; `Data` is what `select` makes of the answer. */
export type UseEntityTotalsOptions<Data = EntityTotals> = AnswerOptions<
  EntityTotals,
  EntityTotalsQuery,
  Data
>;

/**
 * How many viewed each of up to 200 entities, in one call.
 *
 * @param query null as long as there is nothing to ask
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * const entities = ["7", "8"].map((entity_id) => ({ entity_type: "listing", entity_id }));
 * const { data } = useEntityTotals({ entities, sparkline: "daily" });
 * data?.data.map(({ views }) => views); //=> [120, 31]
 */
export function useEntityTotals<Data = EntityTotals>(
  query: Asked<EntityTotalsQuery>,
  { live, ...options }: UseEntityTotalsOptions<Data> = {},
): UseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useEntityTotals");
  const asked = isAsked(query) ? query : nothingOfMany;
  // what data are, the caller's select says
  const { select: _, ...question } = queries.entityTotals(asked);
  const shared = {
    ...question,
    ...(asked === nothingOfMany && notAsked),
    placeholderData: keepPreviousAnswer(question.queryKey),
    refetchInterval: liveInterval(live, asked),
  };
  return useQuery({ ...shared, ...options }, queryClient);
}
