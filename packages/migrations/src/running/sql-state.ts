/** The SQLSTATE of a server's error, also of one that was wrapped: "55P03". */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string" && /^[0-9A-Z]{5}$/.test(error.code)) {
    return error.code;
  }
  return sqlState(error.cause);
}
