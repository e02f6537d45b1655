import { isAnalyticsError } from "../errors.ts";
import { statusOf } from "./status-of.ts";

/** What a route answers when something went wrong. */
export interface ErrorAnswer {
  error: {
    code: string;
    message: string;
    /** The first field of the question that is wrong. */
    field?: string | undefined;
  };
}

/**
 * Answers an error as `{ error: { code, message, field? } }` with its {@link statusOf}. What the one who asked can
 * change is said; of everything else only that it is so: no message of the database reaches a browser. It logs nothing.
 *
 * @example
 * const query = parseTimeSeriesQuery(new URL(request.url).searchParams);
 * const answer = await analytics.getTimeSeries(query).then((series) => Response.json(series), answerError);
 */
export function answerError(error: unknown): Response {
  const status = statusOf(error);
  // nobody is there to read it
  if (status === 499) return new Response(null, { status });
  const answer: ErrorAnswer = { error: describe(error, status) };
  return Response.json(answer, { status, headers: { "Cache-Control": "no-store" } });
}

function describe(error: unknown, status: number): ErrorAnswer["error"] {
  if (status < 500 && isAnalyticsError(error)) {
    const { code, message, field } = error;
    return { code, message, field };
  }
  return { code: "internal", message: "Something went wrong here: try again later." };
}
