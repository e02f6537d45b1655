import type { AnalyticsClient } from "@headcount/core";
import { parseTimeSeriesQuery, parseVisitorsQuery } from "@headcount/core/contract";
import { Hono } from "hono";
import type { Pool } from "pg";
import type { AppEnvironment } from "./app-environment.ts";
import { requireOwnPage, requirePro, withinPlan } from "./check-access.ts";
import { requireUser } from "./session.ts";

export interface AnalyticsRoutesOptions {
  analytics: AnalyticsClient;
  /** Of the app's own tables: who owns what. */
  pool: Pool;
}

/** What the hooks of @headcount/react-hooks ask for. Who may see what is decided here, before anything is read. */
export function analyticsRoutes({ analytics, pool }: AnalyticsRoutesOptions): Hono<AppEnvironment> {
  const routes = new Hono<AppEnvironment>();

  routes.get("/time-series", async (c) => {
    const user = requireUser(c);
    const query = parseTimeSeriesQuery(new URL(c.req.url).searchParams);
    await requireOwnPage(pool, user, query);
    const { signal } = c.req.raw;
    return c.json(await analytics.getTimeSeries(withinPlan(user, query), { signal }));
  });

  routes.get("/visitors", async (c) => {
    const user = requireUser(c);
    const query = parseVisitorsQuery(new URL(c.req.url).searchParams);
    await requireOwnPage(pool, user, query);
    requirePro(user, "Who viewed this page");
    const { signal } = c.req.raw;
    return c.json(await analytics.getVisitors(query, { signal }));
  });

  // whether what is shown is current, for whoever is signed in: it says nothing about anybody
  routes.get("/status", async (c) => {
    requireUser(c);
    return c.json(await analytics.getStatus({ signal: c.req.raw.signal }));
  });

  return routes;
}
