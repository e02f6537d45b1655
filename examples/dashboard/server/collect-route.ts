import type { AnalyticsClient } from "@headcount/core";
import { getConnInfo } from "@hono/node-server/conninfo";
import { Hono } from "hono";
import { rateLimiter } from "hono-rate-limiter";
import type { AppEnvironment } from "./app-environment.ts";

const window = { windowMs: 60_000, limit: 120 };
const tooMany = {
  error: { code: "too_many_requests", message: "That was a lot within a minute: try again later." },
};

/** Where the tracker sends views to. Anybody may view a page; whose account it is, only this server says. */
export function collectRoute({ analytics }: { analytics: AnalyticsClient }): Hono<AppEnvironment> {
  const routes = new Hono<AppEnvironment>();
  const limited = rateLimiter<AppEnvironment>({
    ...window,
    message: tooMany,
    // behind a proxy, this is where its header with the visitor's address is read instead
    keyGenerator: (c) => getConnInfo(c).remote.address ?? "unknown",
  });

  // A real app would say here whose page it is (owner_account_id), so that owners do not count themselves. In this
  // example the owner is the only one there is to view a page, and wants to see it counted.
  routes.post("/collect", limited, (c) =>
    analytics.collectRequest(c.req.raw, { account_id: c.get("user")?.id }),
  );

  return routes;
}
