import { type AnalyticsErrorCode, isAnalyticsError } from "@headcount/core";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { RequestRefused } from "./request-refused.ts";

interface ErrorAnswer {
  status: ContentfulStatusCode;
  code: string;
  message: string;
  field?: string | undefined;
}

// What the one who asks can mend; everything else is ours, and its details stay on the server.
const askersFault: ReadonlySet<AnalyticsErrorCode> = new Set([
  "invalid_input",
  "range_too_long",
  "invalid_cursor",
]);

/** Answers every error as `{ error: { code, message, field? } }`. */
export function answerError(error: unknown, c: Context): Response {
  const { status, ...answer } = describe(error);
  const isGone = c.req.raw.signal.aborted;
  if (status >= 500 && !isGone)
    process.stderr.write(`${c.req.method} ${c.req.path}: ${String(error)}\n`);
  return c.json({ error: answer }, status);
}

function describe(error: unknown): ErrorAnswer {
  if (error instanceof RequestRefused) {
    return { status: error.status, code: error.code, message: error.message };
  }
  if (error instanceof HTTPException) {
    const message = error.message || "This request is not allowed here.";
    return { status: error.status, code: "refused", message };
  }
  if (isAnalyticsError(error) && askersFault.has(error.code)) {
    return { status: 400, code: error.code, message: error.message, field: error.field };
  }
  return { status: 500, code: "internal", message: "Something went wrong here: try again later." };
}
