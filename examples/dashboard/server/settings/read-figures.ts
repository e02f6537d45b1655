import type { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import { allPages } from "../../host/pages.ts";
import type { PageFigures } from "./settings-answers.ts";

export interface ReadFiguresOptions {
  analytics: AnalyticsClient;
  pool: Pool;
  signal: AbortSignal;
}

/** How many viewed each page of this host, ever. */
export async function readFigures(options: ReadFiguresOptions): Promise<PageFigures[]> {
  const { analytics, pool, signal } = options;
  const pages = await allPages(pool);
  const entities = pages.map(({ entity_type, entity_id }) => ({ entity_type, entity_id }));
  const { data } = await analytics.getEntityTotals({ entities, all_time: true }, { signal });
  return pages.map(({ entity_id, title }, nth) => {
    const { views = 0, unique_visitors = 0, first_view = null } = data[nth] ?? {};
    return { entity_id, title, views, unique_visitors, first_view };
  });
}
