import { parseTimeSeriesQuery } from "@headcount/core/contract";
import { Hono } from "hono";
import type { AnalyticsRoutesOptions } from "../analytics-routes.ts";
import type { AppEnvironment } from "../app-environment.ts";
import { requireOwnPage, withinPlan } from "../check-access.ts";
import { requireUser } from "../session.ts";
import { askReport } from "./report-content.ts";
import { writeReport } from "./write-report.ts";

/** The same answers as the page shows, on paper; on Free without the visitors. */
export function reportRoute({ analytics, pool }: AnalyticsRoutesOptions): Hono<AppEnvironment> {
  const routes = new Hono<AppEnvironment>();

  routes.get("/report.pdf", async (c) => {
    const user = requireUser(c.get("user"));
    const asked = parseTimeSeriesQuery(new URL(c.req.url).searchParams);
    const { title } = await requireOwnPage(pool, user, asked);
    const { signal } = c.req.raw;
    const dates = await analytics.getQuestionDates(
      { question: "time-series", query: asked },
      { signal },
    );
    const query = withinPlan(user, { query: asked, ...dates });
    const withVisitors = user.plan === "pro";
    const answers = await askReport({ analytics, query, withVisitors, signal });
    const { date_from, date_to } = answers.chart;
    c.header("Content-Type", "application/pdf");
    c.header("Content-Disposition", `inline; filename="report-${date_from}-to-${date_to}.pdf"`);
    return c.body(await writeReport({ title, owner: user.name, ...answers }));
  });

  return routes;
}
