import type { AnalyticsClient } from "@headcount/core";
import { Hono } from "hono";
import { compress } from "hono/compress";
import { csrf } from "hono/csrf";
import type { Pool } from "pg";
import { analyticsRoutes } from "./analytics-routes.ts";
import { answerAnyError } from "./answer-error.ts";
import type { AppEnvironment } from "./app-environment.ts";
import { csvRoutes } from "./csv/csv-routes.ts";
import { pageRoutes } from "./page-routes.ts";
import { reportRoute } from "./report/report-route.ts";
import { securityHeaders } from "./security-headers.ts";
import { readSession } from "./session.ts";
import { sessionRoutes } from "./session-routes.ts";
import { settingsRoutes } from "./settings/settings-routes.ts";

export interface AppOptions {
  analytics: AnalyticsClient;
  pool: Pool;
  /** Where the built page is. */
  pageDirectory: string;
}

/** The whole app: its API, and the page that asks it. */
export function createApp(options: AppOptions): Hono<AppEnvironment> {
  const app = new Hono<AppEnvironment>();
  app.onError(answerAnyError);
  app.use(securityHeaders, compress());
  app.use("/api/*", csrf(), readSession(options.pool));
  app.use("/api/*", async (c, next) => {
    await next();
    c.header("Cache-Control", "no-store");
  });
  app.route("/api/session", sessionRoutes(options));
  app.route("/api/analytics", csvRoutes(options));
  app.route("/api/analytics", reportRoute(options));
  app.route("/api/analytics", analyticsRoutes(options));
  app.route("/api/settings", settingsRoutes(options));
  app.route("/", pageRoutes(options));
  return app;
}
