import type { AskedBreakdownQuery, Breakdown } from "@headcount/core/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { type Asked, isAsked, notAsked, nothing } from "./asked.ts";
import { keepPreviousAnswer } from "./keep-previous-answer.ts";
import { liveInterval } from "./live-interval.ts";

/** Options of TanStack Query for {@link useBreakdown}, and `live`; `Data` is what `select` makes of the answer. */
export type UseBreakdownOptions<Data = Breakdown> = AnswerOptions<
  Breakdown,
  AskedBreakdownQuery,
  Data
>;

const nothingOfAny = { ...nothing, dimension: "visitor_kind" } as const;

/**
 * How many of each: the views and visitors of a range by what is known of them, as who viewed by company.
 *
 * @param query null as long as there is nothing to ask
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * const { data } = useBreakdown({ entity_type: "listing", entity_id: "7", dimension: "viewer.company" });
 * data?.data[0]; //=> { value: "Acme", unique_visitors: 12, … }
 */
export function useBreakdown<Data = Breakdown>(
  query: Asked<AskedBreakdownQuery>,
  { live, ...options }: UseBreakdownOptions<Data> = {},
): UseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useBreakdown");
  const asked = isAsked(query) ? query : nothingOfAny;
  // what data are, the caller's select says
  const { select: _, ...question } = queries.breakdown(asked);
  const shared = {
    ...question,
    ...(asked === nothingOfAny && notAsked),
    placeholderData: keepPreviousAnswer(question.queryKey),
    refetchInterval: liveInterval(live, asked),
  };
  return useQuery({ ...shared, ...options }, queryClient);
}
