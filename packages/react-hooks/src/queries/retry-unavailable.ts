import { type AnalyticsRequestError, isAnalyticsRequestError } from "./analytics-request-error.ts";

const maxRetries = 3;

/**
 * Asks again up to three times while the server cannot answer; what it refused, it would refuse again. Never where a
 * page is rendered on a server, which would wait for seconds: the browser asks then.
 */
export function retryUnavailable(failures: number, error: AnalyticsRequestError): boolean {
  if (typeof window === "undefined" || failures >= maxRetries) return false;
  return isAnalyticsRequestError(error) && error.reason === "unavailable";
}
