import { type AnalyticsRequestError, isAnalyticsRequestError } from "./analytics-request-error.ts";

const mostRetries = 3;

/** Asks again up to three times while the server cannot answer; what it refused, it would refuse again. */
export function retryUnavailable(failures: number, error: AnalyticsRequestError): boolean {
  return failures < mostRetries && isAnalyticsRequestError(error) && error.reason === "unavailable";
}
