import { parseTimeSeriesQuery, parseVisitorsQuery } from "@headcount/core/contract";
import { measures } from "@headcount/core/present";
import { Hono } from "hono";
import type { AnalyticsRoutesOptions } from "../analytics-routes.ts";
import type { AppEnvironment } from "../app-environment.ts";
import { requireOwnPage, requirePro, withinPlan } from "../check-access.ts";
import { requireUser } from "../session.ts";
import { answerCsv, csvQuery } from "./answer-csv.ts";
import { everyVisitor } from "./every-visitor.ts";

const seriesColumns = [...measures, "partial"] as const;
const visitorColumns = [
  "display_name",
  "username",
  "account_id",
  "ref",
  "visit_count",
  "days_visited",
  "first_visit",
  "last_visit",
  "avg_time_on_page",
] as const;

/** The same answers as the page shows, for spreadsheets. */
export function csvRoutes({ analytics, pool }: AnalyticsRoutesOptions): Hono<AppEnvironment> {
  const routes = new Hono<AppEnvironment>();

  routes.get("/time-series.csv", async (c) => {
    const user = requireUser(c.get("user"));
    const query = parseTimeSeriesQuery(csvQuery(c));
    await requireOwnPage(pool, user, query);
    const { signal } = c.req.raw;
    const series = await analytics.getTimeSeries(withinPlan(user, query), { signal });
    return answerCsv(c, {
      filename: `views-${series.period}-${series.date_from}-to-${series.date_to}`,
      columns:
        query.period === "hourly" ? ["date", "hour", ...seriesColumns] : ["date", ...seriesColumns],
      rows: series.data,
    });
  });

  routes.get("/visitors.csv", async (c) => {
    const user = requireUser(c.get("user"));
    const query = parseVisitorsQuery(csvQuery(c));
    await requireOwnPage(pool, user, query);
    requirePro(user, "Who viewed this page");
    const { signal } = c.req.raw;
    return answerCsv(c, {
      filename: `visitors-${query.date_from ?? "first"}-to-${query.date_to ?? "last"}`,
      columns: visitorColumns,
      rows: await everyVisitor({ analytics, query, signal }),
    });
  });

  return routes;
}
