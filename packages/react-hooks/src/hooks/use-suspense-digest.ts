import type { Digest, DigestQuery } from "@headcount/core/contract";
import { type UseSuspenseQueryResult, useSuspenseQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import { liveInterval } from "./live-interval.ts";
import type { SuspenseAnswerOptions } from "./suspense-answer-options.ts";

/** Options of TanStack Query for {@link useSuspenseDigest}, and `live`. */
export type UseSuspenseDigestOptions<Data = Digest> = SuspenseAnswerOptions<
  Digest,
  DigestQuery,
  Data
>;

/**
 * {@link useDigest} for components below a `<Suspense>` and an error boundary: there are always data.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @throws {AnalyticsRequestError} to the error boundary, when there is no answer
 * @example
 * const { data } = useSuspenseDigest({ entity_type: "listing", entity_id: "7" });
 * data.totals.unique_visitors; //=> 310, of the last week that is over
 */
export function useSuspenseDigest<Data = Digest>(
  query: DigestQuery,
  { live, ...options }: UseSuspenseDigestOptions<Data> = {},
): UseSuspenseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useSuspenseDigest");
  // what data are, the caller's select says
  const { select: _, ...question } = queries.digest(query);
  const refetchInterval = liveInterval(live);
  return useSuspenseQuery({ ...question, refetchInterval, ...options }, queryClient);
}
