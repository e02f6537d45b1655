import type { TimeSeries, TimeSeriesQuery } from "@headcount/core/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { type Asked, isAsked, notAsked, nothing } from "./asked.ts";
import { keepPreviousAnswer } from "./keep-previous-answer.ts";
import { liveInterval } from "./live-interval.ts";

/** Options of TanStack Query for {@link useTimeSeries}, and `live`; `Data` is what `select` makes of the answer. */
export type UseTimeSeriesOptions<Data = TimeSeries> = AnswerOptions<
  TimeSeries,
  TimeSeriesQuery,
  Data
>;

/**
 * How many viewed an entity, over time. While the range or the period changes, the answer before stays as `data`, and
 * `isPlaceholderData` says so.
 *
 * @param query null as long as there is nothing to ask
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * const { data, error } = useTimeSeries({ entity_type: "listing", entity_id: "7", period: "weekly" }, { live: true });
 * data?.totals.unique_visitors; //=> 42
 */
export function useTimeSeries<Data = TimeSeries>(
  query: Asked<TimeSeriesQuery>,
  { live, ...options }: UseTimeSeriesOptions<Data> = {},
): UseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useTimeSeries");
  const asked = isAsked(query) ? query : nothing;
  // what data are, the caller's select says
  const { select: _, ...question } = queries.timeSeries(asked);
  const shared = {
    ...question,
    ...(asked === nothing && notAsked),
    placeholderData: keepPreviousAnswer(question.queryKey),
    refetchInterval: liveInterval(live, asked),
  };
  return useQuery({ ...shared, ...options }, queryClient);
}
