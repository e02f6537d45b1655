import type { LiveQuery, LiveVisitors } from "@headcount/core/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { type Asked, isAsked, notAsked, nothing } from "./asked.ts";
import { liveInterval } from "./live-interval.ts";

/** Options of TanStack Query for {@link useLive}, and `live`, which is true by default; `Data` is what `select` makes of the answer. */
export type UseLiveOptions<Data = LiveVisitors> = AnswerOptions<LiveVisitors, LiveQuery, Data>;

/**
 * How many are looking now, at one entity or each of several; it asks again every five seconds.
 *
 * @param query null as long as there is nothing to ask
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * const { data } = useLive({ entity_type: "listing", entity_id: "7" });
 * data?.data[0]?.unique_visitors; //=> 3
 */
export function useLive<Data = LiveVisitors>(
  query: Asked<LiveQuery>,
  { live = true, ...options }: UseLiveOptions<Data> = {},
): UseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useLive");
  const asked = isAsked(query) ? query : nothing;
  // what data are, the caller's select says
  const { select: _, ...question } = queries.live(asked);
  const shared = {
    ...question,
    ...(asked === nothing && notAsked),
    refetchInterval: liveInterval(live),
  };
  return useQuery({ ...shared, ...options }, queryClient);
}
