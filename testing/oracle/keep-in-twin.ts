import type { Pool } from "pg";

/** Lets the oracle remember the page views of Berlin's dates before this one, like a twin that keeps everything. */
export async function keepInTwin(pool: Pool, before: string): Promise<void> {
  await pool.query(
    `insert into oracle.pruned_page_views
     select entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page, source_no, device_no, owner_id
     from page_views where viewed_at < $1::timestamp at time zone 'Europe/Berlin'`,
    [before],
  );
}
