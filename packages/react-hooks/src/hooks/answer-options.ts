import type { UseQueryOptions } from "@tanstack/react-query";
import type { AnalyticsKey } from "../queries/analytics-key.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { Live } from "./live-interval.ts";

/** Options of TanStack Query for a question, and `live`; `Data` is what `select` makes of the answer. */
export interface AnswerOptions<Answer, Query, Data>
  extends Omit<
    UseQueryOptions<Answer, AnalyticsRequestError, Data, AnalyticsKey<Query>>,
    "queryKey" | "queryFn"
  > {
  /** Whether it asks again and again, while the tab is visible. */
  live?: Live | undefined;
}
