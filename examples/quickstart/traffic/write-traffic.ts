import type { ClientBase, Pool } from "pg";
import type { TrafficPageView } from "../../../testing/traffic/generate-traffic.ts";
import type { TrafficAccount } from "../../../testing/traffic/traffic-accounts.ts";

/** Creates the host's table of accounts, which Headcount takes the visitors' names from. */
export async function writeAccounts(
  pool: Pool,
  accounts: readonly TrafficAccount[],
): Promise<void> {
  await pool.query(
    "create table accounts (id uuid primary key, username text not null, first_name text, last_name text)",
  );
  await pool.query(
    "insert into accounts select * from json_populate_recordset(null::accounts, $1)",
    [JSON.stringify(accounts)],
  );
}

export interface WritePageViewsOptions {
  database: Pool | ClientBase;
  pageViews: readonly TrafficPageView[];
  /** Told the number of page views written so far. */
  onProgress?: ((written: number) => void) | undefined;
}

const batchSize = 2_500;

/** Writes page views as a host does, only more of them per statement. */
export async function writePageViews(options: WritePageViewsOptions): Promise<void> {
  const { database, pageViews, onProgress } = options;
  for (let start = 0; start < pageViews.length; start += batchSize) {
    const batch = pageViews.slice(start, start + batchSize);
    await database.query(
      `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, referrer_url, time_on_page)
       select entity_type, entity_id, account_id, session_id, viewed_at, referrer_url, time_on_page
       from json_populate_recordset(null::page_views, $1)`,
      [JSON.stringify(batch)],
    );
    onProgress?.(start + batch.length);
  }
}
