import type { HeatMap, HeatMapQuery } from "@headcount/core/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { type Asked, isAsked, notAsked, nothing } from "./asked.ts";
import { keepPreviousAnswer } from "./keep-previous-answer.ts";
import { liveInterval } from "./live-interval.ts";

/** Options of TanStack Query for {@link useHeatMap}, and `live`; `Data` is what `select` makes of the answer. */
export type UseHeatMapOptions<Data = HeatMap> = AnswerOptions<HeatMap, HeatMapQuery, Data>;

/**
 * When in the week people come: every hour of it, with how often that was in the range.
 *
 * @param query null as long as there is nothing to ask
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * const { data } = useHeatMap({ entity_type: "listing", entity_id: "7" });
 * data?.data[9]?.views_per_hour; //=> 2.58, on Mondays from nine to ten
 */
export function useHeatMap<Data = HeatMap>(
  query: Asked<HeatMapQuery>,
  { live, ...options }: UseHeatMapOptions<Data> = {},
): UseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useHeatMap");
  const asked = isAsked(query) ? query : nothing;
  // what data are, the caller's select says
  const { select: _, ...question } = queries.heatMap(asked);
  const shared = {
    ...question,
    ...(asked === nothing && notAsked),
    placeholderData: keepPreviousAnswer(question.queryKey),
    refetchInterval: liveInterval(live, asked),
  };
  return useQuery({ ...shared, ...options }, queryClient);
}
