import { AnalyticsRequestError, type AnalyticsRequestFailure } from "./analytics-request-error.ts";

const reasons: Readonly<Record<number, AnalyticsRequestFailure>> = {
  401: "signed_out",
  402: "upgrade_needed",
  403: "forbidden",
  408: "unavailable",
  425: "unavailable",
  429: "unavailable",
};

/**
 * What a response that is not a success says, as an error.
 *
 * @param body its JSON, when it has any: `{ error: { code, message, field? } }` is what a host's route is to answer
 */
export function readFailure(
  path: string,
  response: Response,
  body: unknown,
): AnalyticsRequestError {
  const { status } = response;
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
