import type { UseSuspenseQueryOptions } from "@tanstack/react-query";
import type { AnalyticsKey } from "../queries/analytics-key.ts";
import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";
import type { Live } from "./live-interval.ts";

/** Options of TanStack Query for a question that suspends, and `live`; `Data` is what `select` makes of the answer. */
export interface SuspenseAnswerOptions<Answer, Query, Data>
  extends Omit<
    UseSuspenseQueryOptions<Answer, AnalyticsRequestError, Data, AnalyticsKey<Query>>,
    "queryKey" | "queryFn"
  > {
  /** Whether it asks again and again, while the tab is visible. */
  live?: Live | undefined;
}
