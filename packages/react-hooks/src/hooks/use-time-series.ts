import type { TimeSeries, TimeSeriesQuery } from "@headcount/core/contract";
import { type UseQueryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsKey } from "../queries/analytics-key.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import { keepPreviousAnswer } from "./keep-previous-answer.ts";

/** Options of TanStack Query for {@link useTimeSeries}; `Data` is what `select` makes of the answer. */
export type UseTimeSeriesOptions<Data = TimeSeries> = Omit<
  UseQueryOptions<TimeSeries, AnalyticsRequestError, Data, AnalyticsKey<TimeSeriesQuery>>,
  "queryKey" | "queryFn"
>;

/**
 * How many viewed an entity, over time. While the range or the period changes, the answer before stays as `data`, and
 * `isPlaceholderData` says so.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * const { data, error } = useTimeSeries({ entity_type: "listing", entity_id: "7", period: "weekly" });
 * data?.totals.unique_visitors; //=> 42
 */
export function useTimeSeries<Data = TimeSeries>(
  query: TimeSeriesQuery,
  options?: UseTimeSeriesOptions<Data>,
): UseQueryResult<Data, AnalyticsRequestError> {
  const { queries, queryClient } = useAnalyticsContext("useTimeSeries");
  // what data are, the caller's select says
  const { select: _, ...question } = queries.timeSeries(query);
  const placeholderData = keepPreviousAnswer(question.queryKey);
  return useQuery({ placeholderData, ...question, ...options }, queryClient);
}
