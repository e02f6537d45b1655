import type { Pool } from "pg";

/**
 * Creates `page_views` with paths for ids, as a host with such a table would have it; migrating adopts it.
 */
export async function createPageViews(pool: Pool): Promise<void> {
  await pool.query(`
    create table page_views (
      id uuid primary key default gen_random_uuid(),
      entity_type text not null,
      entity_id text,
      account_id uuid,
      session_id uuid,
      viewed_at timestamptz not null,
      referrer_url text,
      time_on_page integer
    )`);
}
