import type { TopEntities, TopEntitiesQuery } from "@headcount/core/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { type Asked, isAsked, notAsked, nothingOfSite } from "./asked.ts";
import { keepPreviousAnswer } from "./keep-previous-answer.ts";
import { liveInterval } from "./live-interval.ts";

/** Options of TanStack Query for {@link useTopEntities}, and `live`; `Data` is what `select` makes of the answer. */
export type UseTopEntitiesOptions<Data = TopEntities> = AnswerOptions<
  TopEntities,
  TopEntitiesQuery,
  Data
>;

/**
 * Which entities of a type, or of the site, are viewed most.
 *
 * @param query null as long as there is nothing to ask
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * const { data } = useTopEntities({ level: "type", entity_type: "listing" });
 * data?.data.map(({ entity_id }) => entity_id); //=> ["7", "8"]
 */
export function useTopEntities<Data = TopEntities>(
  query: Asked<TopEntitiesQuery>,
  { live, ...options }: UseTopEntitiesOptions<Data> = {},
): UseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useTopEntities");
  const asked = isAsked(query) ? query : nothingOfSite;
  // what data are, the caller's select says
  const { select: _, ...question } = queries.topEntities(asked);
  const shared = {
    ...question,
    ...(asked === nothingOfSite && notAsked),
    placeholderData: keepPreviousAnswer(question.queryKey),
    refetchInterval: liveInterval(live, asked),
  };
  return useQuery({ ...shared, ...options }, queryClient);
}
