import { AnalyticsError, isAnalyticsError } from "../errors.ts";

interface ErrorToTranslate {
  error: unknown;
  signal?: AbortSignal | undefined;
}

/** The error of a driver in our words: `aborted` when the caller asked for it, else `database`. */
export function toAnalyticsError({ error, signal }: ErrorToTranslate): AnalyticsError {
  if (isAnalyticsError(error)) return error;
  if (signal?.aborted) {
    return new AnalyticsError("aborted", "The call was aborted.", { cause: signal.reason });
  }
  return new AnalyticsError("database", sentenceOf(error), { cause: error });
}

function sentenceOf(error: unknown): string {
  if (lacksPassword(error)) {
    return "The database asks for a password, and none was given: put it into the connection string or the options of the pool, or set PGPASSWORD.";
  }
  const code = codeOf(error);
  // Behind an @ and before a / of a password that is not encoded, the host is a piece of the password.
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return `The database's host is not found (${code}): look at its name, and whether special characters of the password are percent-encoded.`;
  }
  const failure = sqlState(error) === undefined ? "could not be reached" : "answered";
  return `The database ${failure}: ${reason(error)}.`;
}

// So pg says that it has none, and gives it no code.
function lacksPassword(error: unknown): boolean {
  return (
    error instanceof Error && /client password must be a (non-empty )?string$/.test(error.message)
  );
}

// When a host has several addresses and none can be reached, the error has a code and no message.
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (codeOf(error) ?? error.name);
}

/** The five characters by which Postgres names an error, also when it is the cause of one of ours. */
export function sqlState(error: unknown): string | undefined {
  const code = codeOf(isAnalyticsError(error) ? error.cause : error);
  // Codes of the operating system, like EPIPE, have no digit.
  return code !== undefined && /^(?=.*\d)[\dA-Z]{5}$/.test(code) ? code : undefined;
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
