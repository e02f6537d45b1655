import type { AnalyticsStatus } from "@headcount/core/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { liveInterval } from "./live-interval.ts";

/** Options of TanStack Query for {@link useAnalyticsStatus}, and `live`; `Data` is what `select` makes of the answer. */
export type UseAnalyticsStatusOptions<Data = AnalyticsStatus> = AnswerOptions<
  AnalyticsStatus,
  Record<string, never>,
  Data
>;

/**
 * How things stand: what waits to be folded, what the latest fold did, and what keeps changes from being captured.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * const { data } = useAnalyticsStatus({ live: 10_000 });
 * data?.pending_changes; //=> 0
 */
export function useAnalyticsStatus<Data = AnalyticsStatus>({
  live,
  ...options
}: UseAnalyticsStatusOptions<Data> = {}): UseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useAnalyticsStatus");
  // what data are, the caller's select says
  const { select: _, ...question } = queries.status();
  return useQuery({ ...question, refetchInterval: liveInterval(live), ...options }, queryClient);
}
