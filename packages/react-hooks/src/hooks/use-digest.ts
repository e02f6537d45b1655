import type { Digest, DigestQuery } from "@headcount/core/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { type Asked, isAsked, notAsked, nothing } from "./asked.ts";
import { keepPreviousAnswer } from "./keep-previous-answer.ts";
import { liveInterval } from "./live-interval.ts";

/** Options of TanStack Query for {@link useDigest}, and `live`; `Data` is what `select` makes of the answer. */
export type UseDigestOptions<Data = Digest> = AnswerOptions<Digest, DigestQuery, Data>;

/**
 * What happened in a week or a month: totals and how they changed, the best day, tops, and who is new.
 *
 * @param query null as long as there is nothing to ask
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * const { data } = useDigest({ entity_type: "listing", entity_id: "7" });
 * data?.totals.unique_visitors; //=> 310, of the last week that is over
 */
export function useDigest<Data = Digest>(
  query: Asked<DigestQuery>,
  { live, ...options }: UseDigestOptions<Data> = {},
): UseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useDigest");
  const asked = isAsked(query) ? query : nothing;
  // what data are, the caller's select says
  const { select: _, ...question } = queries.digest(asked);
  const shared = {
    ...question,
    ...(asked === nothing && notAsked),
    placeholderData: keepPreviousAnswer(question.queryKey),
    refetchInterval: liveInterval(live),
  };
  return useQuery({ ...shared, ...options }, queryClient);
}
