import { parseTimeSeriesQuery, parseVisitorsQuery, type Visitor } from "@headcount/core/contract";
import { measures } from "@headcount/core/present";
import { Hono } from "hono";
import type { Pool } from "pg";
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
    const dates = await analytics.getQuestionDates({ question: "time-series", query }, { signal });
    const allowed = withinPlan(user, { query, ...dates });
    const series = await analytics.getTimeSeries(allowed, { signal });
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
      furtherColumns: await attributeColumns(pool),
      rows: withAttributes(await everyVisitor({ analytics, query, signal })),
    });
  });

  return routes;
}

// what is known of accounts besides their names, when the installation keeps something
async function attributeColumns(pool: Pool): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ name: string }>(
    "select unnest(viewer_attributes) as name from headcount.analytics_settings",
  );
  return Object.fromEntries(rows.map(({ name }) => [fieldOf(name), name]));
}

async function* withAttributes(visitors: AsyncIterable<Visitor>): AsyncGenerator<Visitor> {
  for await (const visitor of visitors) {
    const attributes = Object.entries(visitor.viewer).map(([name, value]) => [
      fieldOf(name),
      value,
    ]);
    yield { ...visitor, ...Object.fromEntries(attributes) };
  }
}

const fieldOf = (attribute: string): string => `viewer ${attribute}`;
