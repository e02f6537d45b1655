import type { Pool } from "pg";

/** A host's page views by month: of January 2026, and of all other dates. */
export async function createPartitionedTable(pool: Pool): Promise<void> {
  await pool.query(`
    create sequence page_views_id_seq;
    create table page_views (
      id bigint default nextval('page_views_id_seq'), entity_type text not null, entity_id uuid, account_id uuid, session_id uuid,
      viewed_at timestamptz not null, referrer_url text, time_on_page integer, primary key (id, viewed_at)
    ) partition by range (viewed_at);
    create table page_views_january partition of page_views for values from ('2026-01-01') to ('2026-02-01');
    create table page_views_later partition of page_views default`);
}
