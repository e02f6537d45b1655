/** The SQLSTATE of a server's error, also of one that was wrapped: "55P03". */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Codes of the operating system, like EPIPE, have no digit.
  const state = /^(?=.*\d)[\dA-Z]{5}$/;
  if ("code" in error && typeof error.code === "string" && state.test(error.code)) {
    return error.code;
  }
  return sqlState(error.cause);
}
