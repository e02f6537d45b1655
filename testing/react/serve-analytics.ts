import { type AnalyticsClient, isAnalyticsError } from "@headcount/core";
import { parseTimeSeriesQuery, parseVisitorsQuery } from "@headcount/core/contract";
import { serveSite } from "../browser/serve-site.ts";

/** A host's routes over a real client, on a port of their own. */
export interface ServedAnalytics {
  endpoint: string;
  /** The paths that were asked, in their order. */
  asked: string[];
  /** What the host answers before it asks the client: nothing, unless a test says so. */
  gate: ((path: string) => Response | undefined) | undefined;
  close(): Promise<void>;
}

/** Serves an AnalyticsClient below `/api/analytics`, as a host would. */
export async function serveAnalytics(analytics: AnalyticsClient): Promise<ServedAnalytics> {
  const site = await serveSite(async (request) => {
    const { pathname, search } = new URL(request.url);
    const path = pathname.replace("/api/analytics", "");
    served.asked.push(path + search);
    return served.gate?.(path) ?? (await answer(analytics, path, request).catch(refuse));
  });
  const served: ServedAnalytics = {
    endpoint: `${site.origin}/api/analytics`,
    asked: [],
    gate: undefined,
    close: () => site.close(),
  };
  return served;
}

async function answer(
  analytics: AnalyticsClient,
  path: string,
  request: Request,
): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const { signal } = request;
  if (path === "/time-series") {
    const query = parseTimeSeriesQuery(searchParams);
    return Response.json(await analytics.getTimeSeries(query, { signal }));
  }
  if (path === "/visitors") {
    const query = parseVisitorsQuery(searchParams);
    return Response.json(await analytics.getVisitors(query, { signal }));
  }
  if (path === "/status") return Response.json(await analytics.getStatus({ signal }));
  return analytics.collectRequest(request);
}

function refuse(error: unknown): Response {
  if (!isAnalyticsError(error)) throw error;
  const { code, message, field } = error;
  const status = code === "invalid_input" ? 400 : 500;
  return Response.json({ error: { code, message, field } }, { status });
}
