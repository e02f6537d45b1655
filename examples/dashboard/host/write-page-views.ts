import type { PoolClient } from "pg";
import type { TrafficPageView } from "../../../testing/traffic/generate-traffic.ts";

interface WritePageViewsOptions {
  database: PoolClient;
  pageViews: readonly TrafficPageView[];
  /** Called with the number of page views written so far. */
  onProgress?: ((written: number) => void) | undefined;
}

const batchSize = 2_500;

/** Writes page views as a host's own statement does, some thousands at once. */
export async function writePageViews(options: WritePageViewsOptions): Promise<void> {
  const { database, pageViews, onProgress } = options;
  for (let start = 0; start < pageViews.length; start += batchSize) {
    const batch = pageViews.slice(start, start + batchSize);
    await database.query(
      `insert into page_views
         (entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, referrer_url, time_on_page)
       select entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, referrer_url, time_on_page
       from json_populate_recordset(null::page_views, $1)`,
      [JSON.stringify(batch)],
    );
    onProgress?.(start + batch.length);
  }
}
