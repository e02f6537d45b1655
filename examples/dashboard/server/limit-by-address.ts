import { getConnInfo } from "@hono/node-server/conninfo";
import { rateLimiter } from "hono-rate-limiter";
import type { AppEnvironment } from "./app-environment.ts";

const window = { windowMs: 60_000, limit: 120 };
const tooMany = {
  error: { code: "too_many_requests", message: "That was a lot within a minute: try again later." },
};

/** Middleware: so many requests a minute from one address. Anybody may view a page, and send that they did. */
export const limitByAddress = rateLimiter<AppEnvironment>({
  ...window,
  message: tooMany,
  // behind a proxy, this is where its header with the visitor's address is read instead
  keyGenerator: (c) => getConnInfo(c).remote.address ?? "unknown",
});
