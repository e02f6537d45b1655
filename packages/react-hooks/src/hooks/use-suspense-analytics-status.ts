import type { AnalyticsStatus } from "@headcount/core/contract";
import { type UseSuspenseQueryResult, useSuspenseQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import { liveInterval } from "./live-interval.ts";
import type { SuspenseAnswerOptions } from "./suspense-answer-options.ts";

/** Options of TanStack Query for {@link useSuspenseAnalyticsStatus}, and `live`. */
export type UseSuspenseAnalyticsStatusOptions<Data = AnalyticsStatus> = SuspenseAnswerOptions<
  AnalyticsStatus,
  Record<string, never>,
  Data
>;

/**
 * {@link useAnalyticsStatus} for components below a `<Suspense>` and an error boundary: there are always data.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @throws {AnalyticsRequestError} to the error boundary, when there is no answer
 * @example
 * const { data } = useSuspenseAnalyticsStatus({ select: ({ time_zone }) => time_zone });
 * data; //=> "Europe/Berlin"
 */
export function useSuspenseAnalyticsStatus<Data = AnalyticsStatus>({
  live,
  ...options
}: UseSuspenseAnalyticsStatusOptions<Data> = {}): UseSuspenseQueryResult<
  Data,
  AnalyticsRequestError
> {
  const { queries, queryClient } = useAnalyticsContext("useSuspenseAnalyticsStatus");
  // what data are, the caller's select says
  const { select: _, ...question } = queries.status();
  const refetchInterval = liveInterval(live);
  return useSuspenseQuery({ ...question, refetchInterval, ...options }, queryClient);
}
