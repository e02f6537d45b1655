import type { RollingVisitors, RollingVisitorsQuery } from "@headcount/core/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { type Asked, isAsked, notAsked, nothing } from "./asked.ts";
import { keepPreviousAnswer } from "./keep-previous-answer.ts";
import { liveInterval } from "./live-interval.ts";

/** Options of TanStack Query for {@link useRollingVisitors}, and `live`; `Data` is what `select` makes of the answer. */
export type UseRollingVisitorsOptions<Data = RollingVisitors> = AnswerOptions<
  RollingVisitors,
  RollingVisitorsQuery,
  Data
>;

/**
 * How many came in the last 1, 7 and 28 days, seen from each date of a range.
 *
 * @param query null as long as there is nothing to ask
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * const { data } = useRollingVisitors({ entity_type: "listing", entity_id: "7" });
 * data?.totals.stickiness; //=> 12.5
 */
export function useRollingVisitors<Data = RollingVisitors>(
  query: Asked<RollingVisitorsQuery>,
  { live, ...options }: UseRollingVisitorsOptions<Data> = {},
): UseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useRollingVisitors");
  const asked = isAsked(query) ? query : nothing;
  // what data are, the caller's select says
  const { select: _, ...question } = queries.rollingVisitors(asked);
  const shared = {
    ...question,
    ...(asked === nothing && notAsked),
    placeholderData: keepPreviousAnswer(question.queryKey),
    refetchInterval: liveInterval(live, asked),
  };
  return useQuery({ ...shared, ...options }, queryClient);
}
