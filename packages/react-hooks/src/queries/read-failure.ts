import { AnalyticsRequestError, type AnalyticsRequestFailure } from "./analytics-request-error.ts";

const reasons: Readonly<Record<number, AnalyticsRequestFailure>> = {
  401: "signed_out",
  402: "upgrade_needed",
  403: "forbidden",
  408: "unavailable",
  425: "unavailable",
  429: "unavailable",
};

interface FailedRequest extends Pick<Response, "status"> {
  path: string;
  /** The answer's JSON, when it has any: `{ error: { code, message, field? } }` is what a host's route is to answer. */
  body: unknown;
}

/** What a response that is not a success says, as an error. */
export function readFailure({ path, status, body }: FailedRequest): AnalyticsRequestError {
  const reason = reasons[status] ?? (status >= 500 ? "unavailable" : "refused");
  const error: unknown = Reflect.get(Object(body), "error");
  const text = (field: string) => {
    const value: unknown = Reflect.get(Object(error), field);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const message = text("message") ?? `${path} answered with status ${status}, and did not say why.`;
  return new AnalyticsRequestError(text("code") ?? reason, message, {
    reason,
    status,
    field: text("field"),
  });
}
