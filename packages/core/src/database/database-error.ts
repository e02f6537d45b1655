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
  const message = error instanceof Error ? error.message : String(error);
  const hint = sqlState(error) === "42501" ? ` ${missingGrant(message)}` : "";
  return new AnalyticsError("database", `The database answered: ${message}.${hint}`, {
    cause: error,
  });
}

/** The five characters by which Postgres names an error, also when it is the cause of one of ours. */
export function sqlState(error: unknown): string | undefined {
  const source = isAnalyticsError(error) ? error.cause : error;
  if (typeof source !== "object" || source === null || !("code" in source)) return undefined;
  return typeof source.code === "string" ? source.code : undefined;
}

const privileges: Readonly<Record<string, string>> = {
  schema: "USAGE ON SCHEMA",
  table: "SELECT ON",
  view: "SELECT ON",
  function: "EXECUTE ON FUNCTION",
};

// The server tells the object only in the text, and in other languages we say no more than is known.
function missingGrant(message: string): string {
  const [, kind = "", name] = /^permission denied for (\w+) (.+)$/.exec(message) ?? [];
  const privilege = privileges[kind];
  if (privilege === undefined) {
    return "Grant the connecting role what docs/installing.md lists.";
  }
  return `Run: GRANT ${privilege} "${name}" TO the role that connects; docs/installing.md lists all grants, and what aggregating needs besides.`;
}
