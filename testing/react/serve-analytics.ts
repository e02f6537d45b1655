import type { AnalyticsClient } from "@headcount/core";
import { createAnalyticsRoutes } from "@headcount/core/routes";
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
  const answer = createAnalyticsRoutes(analytics, {
    authorize: () => undefined,
    authorizeEntities: () => undefined,
    authorizeSite: () => undefined,
    authorizeStatus: () => undefined,
    collect: () => ({}),
    // what is asked while a test ends may find no database
    onError: () => undefined,
  });
  const site = await serveSite(async (request) => {
    const { pathname, search } = new URL(request.url);
    const path = pathname.replace("/api/analytics", "");
    served.asked.push(path + search);
    return served.gate?.(path) ?? (await answer(request));
  });
  const served: ServedAnalytics = {
    endpoint: `${site.origin}/api/analytics`,
    asked: [],
    gate: undefined,
    close: () => site.close(),
  };
  return served;
}
