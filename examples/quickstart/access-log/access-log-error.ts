/** The access log cannot be used; the message says why and what to do. */
export class AccessLogError extends Error {
  override readonly name = "AccessLogError" as const;
}
