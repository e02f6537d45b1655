import type { Pool } from "pg";

/** A host's table of page views, with ids of these types. */
export const hostTable = (entityId: string, sessionId: string): string => `
  create table page_views (
    id uuid default gen_random_uuid(), entity_type text not null, entity_id ${entityId}, account_id bigint, session_id ${sessionId},
    viewed_at timestamptz not null, primary key (id, entity_id)
  )`;

/** Views of five entities by seven sessions. */
export const addViews = (pool: Pool, views: number): Promise<unknown> =>
  pool.query(
    `insert into page_views (entity_type, entity_id, session_id, viewed_at)
     select 'article', n % 5, n % 7, timestamptz '2026-03-02 12:00Z' + n * interval '1 minute' from generate_series(1, ${views}) n`,
  );
