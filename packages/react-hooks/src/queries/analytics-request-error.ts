/**
 * Why a question has no answer: nobody is signed in (401), a better plan is needed (402), this user may not (403), the
 * question is wrong (another 4xx, or it was not even sent), the server cannot answer now (5xx, 408, 425, 429, or it
 * could not be reached), or what came is not the answer that the contract describes.
 */
export type AnalyticsRequestFailure =
  | "signed_out"
  | "upgrade_needed"
  | "forbidden"
  | "refused"
  | "unavailable"
  | "unreadable";

export interface AnalyticsRequestErrorDetails {
  reason: AnalyticsRequestFailure;
  /** The status of the response; null when there was none. */
  status: number | null;
  /** The field that is wrong, when the code is `invalid_input`. */
  field?: string | undefined;
  cause?: unknown;
}

/**
 * The one error of the hooks and of the queries; `reason` is for the UI, `status` and `code` are what the route said.
 *
 * @example
 * if (isAnalyticsRequestError(error) && error.reason === "upgrade_needed") respond(402, error.message);
 */
export class AnalyticsRequestError extends Error {
  override readonly name = "AnalyticsRequestError";
  /** The code that the host's route gave; else the reason. */
  readonly code: string;
  readonly field: string | undefined;
  readonly reason: AnalyticsRequestFailure;
  readonly status: number | null;

  constructor(code: string, message: string, details: AnalyticsRequestErrorDetails) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.field = details.field;
    this.reason = details.reason;
    this.status = details.status;
  }
}

/** Whether this is an {@link AnalyticsRequestError}, also one made by another copy of the package. */
export function isAnalyticsRequestError(error: unknown): error is AnalyticsRequestError {
  return error instanceof Error && error.name === "AnalyticsRequestError" && "reason" in error;
}
