import { answerError, statusOf } from "@headcount/core/contract";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";

/** Answers what a route or a middleware throws, as `{ error: { code, message, field? } }`. */
export function answerAnyError(error: Error, c: Context): Response {
  if (error instanceof HTTPException) {
    const message = error.message || "This request is not allowed here.";
    return c.json({ error: { code: "refused", message } }, error.status);
  }
  if (statusOf(error) === 500 && !c.req.raw.signal.aborted) reportError(error);
  return answerError(error);
}

/** What goes wrong on the server is for those who run it. */
export function reportError(error: Error): void {
  process.stderr.write(`${String(error)}\n`);
}
