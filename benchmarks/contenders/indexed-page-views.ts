import type { Pool } from "pg";

/**
 * The page views that the indexes hold. Those that Headcount makes leave out what has an id of any length, and a query uses them only when it
 * does so as well: without this view, SQL of those who know nothing of that would read the whole table each time.
 */
export const indexedPageViews = "indexed.page_views";

/** Makes the view, when Headcount is installed. */
export async function createIndexedPageViews(pool: Pool): Promise<void> {
  await pool.query(`
    create schema indexed;
    do $$ begin
      execute (
        select format('create view ${indexedPageViews} as select * from public.page_views where %s', pg_get_expr(i.indpred, i.indrelid))
        from pg_index i
        where i.indexrelid = 'public.idx_page_views_entity_time_series'::regclass
      );
    end $$`);
}
