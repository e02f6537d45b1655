import { useAnalyticsContext } from "../provider/analytics-context.ts";
import type { AnalyticsQueries } from "../queries/create-analytics-queries.ts";

/**
 * The questions of the provider as options of TanStack Query, for what no hook here does.
 *
 * @throws {Error} outside of an AnalyticsProvider
 * @example
 * import { useSuspenseQuery } from "@tanstack/react-query";
 *
 * const { timeSeries } = useAnalyticsQueries();
 * const { data } = useSuspenseQuery(timeSeries({ entity_type: "listing", entity_id: "7" }));
 * data.totals.views; //=> 120
 */
export function useAnalyticsQueries(): AnalyticsQueries {
  return useAnalyticsContext("useAnalyticsQueries").queries;
}
