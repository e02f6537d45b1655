/** What went wrong, as a word that programs can rely on; docs/errors.md lists what to do about each. */
export type AnalyticsErrorCode =
  | "invalid_input"
  | "unknown_time_zone"
  | "range_too_long"
  | "too_many_visitors"
  | "invalid_cursor"
  | "dimension_not_kept"
  | "sealed"
  | "level_not_kept"
  | "level_not_ready"
  | "level_not_allowed"
  | "not_on_citus"
  | "schema_missing"
  | "schema_out_of_date"
  | "unfit_page_views"
  | "aborted"
  | "closed"
  | "database"
  // for a host that refuses a question; the client never throws them
  | "signed_out"
  | "upgrade_needed"
  | "forbidden";

export interface AnalyticsErrorDetails {
  /** The first field or option that is wrong, where it is one: of `invalid_input` and `invalid_cursor`. */
  field?: string | undefined;
  cause?: unknown;
}

/**
 * The one error of this package; `code` says which kind it is.
 *
 * A host throws it too, to refuse a question: `signed_out`, `upgrade_needed` and `forbidden` are answered with 401, 402
 * and 403, and `message` is what the person reads.
 *
 * @example
 * if (isAnalyticsError(error) && error.code === "invalid_input") respond(400, error.message);
 * @example
 * throw new AnalyticsError("upgrade_needed", "Who viewed this comes with Pro.");
 */
export class AnalyticsError extends Error {
  override readonly name = "AnalyticsError";
  readonly code: AnalyticsErrorCode;
  readonly field: string | undefined;

  constructor(code: AnalyticsErrorCode, message: string, details: AnalyticsErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.field = details.field;
  }
}

/** Whether this is an {@link AnalyticsError}, also one made by another copy of the package. */
export function isAnalyticsError(error: unknown): error is AnalyticsError {
  return error instanceof Error && error.name === "AnalyticsError" && "code" in error;
}
