import { type AnalyticsErrorCode, isAnalyticsError } from "../errors.ts";

/** The errors that the caller can do something about, and what this installation does not keep; every other one is the server's own. */
const statuses: Readonly<Partial<Record<AnalyticsErrorCode, number>>> = {
  invalid_input: 400,
  range_too_long: 400,
  too_many_visitors: 400,
  invalid_cursor: 400,
  signed_out: 401,
  upgrade_needed: 402,
  forbidden: 403,
  sealed: 409,
  level_not_allowed: 403,
  aborted: 499,
  dimension_not_kept: 501,
  level_not_kept: 501,
  not_on_citus: 501,
  level_not_ready: 503,
};

/**
 * The HTTP status of an error: below 500 when the one who asked can change something about it, 501 when it is about something that
 * this installation does not keep, 503 while that is being made, and 500 for everything else, also for errors that are not an {@link AnalyticsError}.
 *
 * @example
 * if (statusOf(error) >= 500) console.error(error);
 */
export function statusOf(error: unknown): number {
  return (isAnalyticsError(error) ? statuses[error.code] : undefined) ?? 500;
}
