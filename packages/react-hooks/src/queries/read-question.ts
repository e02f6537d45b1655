import { isAnalyticsError, parseInput } from "@headcount/core/contract";
import { AnalyticsRequestError } from "./analytics-request-error.ts";

type InputSchema = Parameters<typeof parseInput>[0]["schema"];

/** A question in its one form, with all defaults; or as it was given, and what is wrong with it. */
interface Question<Query> {
  input: Query;
  refusal?: AnalyticsRequestError;
}

/**
 * Reads a question, so that two ways to ask the same have one cache key. An empty text is a field that is not given, as
 * in a query string and in a form; only an entity has to be named.
 */
export function readQuestion<Query extends object>(
  schema: InputSchema,
  query: Query,
): Question<Query> {
  const given = Object.entries(query).filter(
    ([field, value]) => value !== "" || field.startsWith("entity_"),
  );
  try {
    return { input: parseInput({ schema, input: Object.fromEntries(given) }) as Query };
  } catch (error) {
    if (!isAnalyticsError(error)) throw error;
    const { message, code, field } = error;
    const details = { reason: "refused", status: null, code, field, cause: error } as const;
    return { input: query, refusal: new AnalyticsRequestError(message, details) };
  }
}
