import { AnalyticsError, isAnalyticsError } from "../errors.ts";

interface ErrorToTranslate {
  error: unknown;
  signal?: AbortSignal | undefined;
}

/**
 * The error of a driver in our words: `aborted` when the caller asked for it, else `database`, with a sentence that shows an
 * answer of the server from a connection that failed and from what failed on our side, and repeats no password.
 */
export function toAnalyticsError({ error, signal }: ErrorToTranslate): AnalyticsError {
  if (isAnalyticsError(error)) return error;
  if (signal?.aborted) {
    return new AnalyticsError("aborted", "The call was aborted.", { cause: signal.reason });
  }
  if (sqlState(error) === sealedState) {
    return new AnalyticsError("sealed", `The database answered: ${reason(error)}.`, {
      cause: error,
    });
  }
  return new AnalyticsError("database", sentenceOf(error), { cause: error });
}

/** What our functions say of dates whose page views may be gone. */
const sealedState = "HC001";

function sentenceOf(error: unknown): string {
  const code = codeOf(error);
  // The message of pg repeats the address with its password.
  if (code === "ERR_INVALID_URL") {
    return "The database's address is not a Postgres URL: write postgres://user:password@host:5432/database, with special characters percent-encoded.";
  }
  if (lacksPassword(error)) {
    return "The database asks for a password, and none was given: put it into the connection string or the options of the pool, or set PGPASSWORD.";
  }
  // Behind an @ and before a / of a password that is not encoded, the host is a piece of the password.
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return `The database's host is not found (${code}): look at its name, and whether special characters of the password are percent-encoded.`;
  }
  if (sqlState(error) !== undefined) return `The database answered: ${reason(error)}.`;
  return isOfConnection(error)
    ? `The database could not be reached: ${reason(error)}.`
    : `The call failed on the client's side, not in the database or on the way there: ${reason(error)}.`;
}

// Where the server asks for a password and pg has none, its error has no code, only this sentence.
function lacksPassword(error: unknown): boolean {
  return (
    error instanceof Error && /client password must be a (non-empty )?string$/.test(error.message)
  );
}

// Codes of postgres.js, of certificates and of TLS.
const connectionCode = /^CONNECT|CERT|SIGNATURE|^ERR_(TLS|SSL)/;
// What pg says of a connection, without a code.
const connectionSentence =
  /^(Connection terminated|Connection ended|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|The server does not support SSL|There was an error establishing an SSL)/;

function isOfConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error) ?? "";
  // codes of the operating system, like EPIPE
  if ("syscall" in error || /^E[A-Z]+$/.test(code)) return true;
  if (connectionCode.test(code) || connectionSentence.test(error.message)) return true;
  return error instanceof AggregateError && error.errors.some(isOfConnection);
}

// When a host has several addresses and none can be reached, the error has a code and no message.
function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(reason))].join("; ");
  }
  if (!(error instanceof Error)) return String(error);
  return (error.message || (codeOf(error) ?? error.name)).replace(/\.$/, "");
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
