import { AnalyticsRequestError, isAnalyticsRequestError } from "./analytics-request-error.ts";
import type { AnalyticsFetcher } from "./analytics-source.ts";
import { readFailure } from "./read-failure.ts";

interface Issues {
  issues: readonly { path: readonly PropertyKey[] }[];
}

/** What is needed of a schema of the contract. */
export interface AnswerSchema<Answer> {
  safeParse(answer: unknown): { success: true; data: Answer } | { success: false; error: Issues };
}

type Field = string | number | boolean | object | null | undefined;

interface Request<Answer> {
  fetcher: AnalyticsFetcher;
  path: string;
  input: object;
  schema: AnswerSchema<Answer>;
  signal: AbortSignal;
}

/**
 * Asks the host's route, and reads its answer as the contract describes it.
 *
 * @throws {AnalyticsRequestError} whatever goes wrong, unless the signal was aborted
 */
export async function ask<Answer>(request: Request<Answer>): Promise<Answer> {
  const { path, schema, signal } = request;
  try {
    const response = await send(request);
    const body: unknown = await response.json().catch(rejectUnlessSyntax);
    const { status } = response;
    if (!response.ok) throw readFailure({ path, status, body });
    const answer = schema.safeParse(body);
    if (answer.success) return answer.data;
    throw unreadable({ path, status, issues: answer.error.issues });
  } catch (error) {
    if (signal.aborted || isAnalyticsRequestError(error)) throw error;
    throw new AnalyticsRequestError("unavailable", `${path} cannot be reached.`, {
      reason: "unavailable",
      status: null,
      cause: error,
    });
  }
}

async function send({ fetcher, path, input, signal }: Request<unknown>): Promise<Response> {
  const fields = Object.entries<Field>({ ...input }).filter(([, value]) => value !== undefined);
  const [empty] = fields.find(([, value]) => value === "") ?? [];
  if (empty !== undefined) throw emptyField(empty);
  const headers = { accept: "application/json" };
  if ("entities" in input) {
    return fetcher(path, {
      signal,
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(input),
    });
  }
  // a query string says null by an empty field
  const query = new URLSearchParams(
    fields.map(([field, value]) => [field, typeof value === "object" ? "" : String(value)]),
  );
  return fetcher(query.size === 0 ? path : `${path}?${query}`, {
    signal,
    headers,
  });
}

function emptyField(field: string): AnalyticsRequestError {
  return new AnalyticsRequestError(
    "invalid_input",
    `${field} is empty: say what was viewed; entity_id is null for pages without an entity.`,
    { reason: "refused", status: null, field },
  );
}

// a page of HTML is known by its status, or is unreadable; a connection that breaks is not an answer
function rejectUnlessSyntax(error: unknown): undefined {
  if (!(error instanceof SyntaxError)) throw error;
}

interface UnreadableAnswer extends Issues {
  path: string;
  status: number;
}

function unreadable({ path, status, issues }: UnreadableAnswer): AnalyticsRequestError {
  const fields = issues.map((issue) => issue.path.join(".")).filter((field) => field !== "");
  const what =
    fields.length === 0
      ? "it is not an object of JSON"
      : `look at ${fields.slice(0, 3).join(", ")}`;
  return new AnalyticsRequestError(
    "unreadable",
    `${path} answered something else than the contract describes: ${what}. Answer what AnalyticsClient gives, unchanged, with the same version of Headcount at both ends.`,
    { reason: "unreadable", status },
  );
}
