import type { Pool } from "pg";
import type { EntityQuestion } from "./entity-question.ts";

/**
 * Compares what is kept of an entity's breakdowns, however many dates of it are out of date, with what page views say, in all
 * dimensions on all dates, and in some until an hour of the last one: an empty list when all is well, and where nothing is kept.
 */
export async function compareBreakdowns(
  pool: Pick<Pool, "query">,
  { entity_type, entity_id, date_from, date_to, compared }: EntityQuestion,
): Promise<unknown[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    `with asked as (
       select b.*, d.dimension, r.start, r.until, least($4::date, r.until::date) as last
       from analytics_breakdowns b
       cross join unnest(kept_dimensions()) d (dimension)
       cross join (values ($3::date, null), ($4::date - 40, $4::date + make_interval(hours => $5))) r (start, until)
       where b.entity_type = $1 and b.entity_id = coalesce($2, oracle.no_entity())
         and r.start >= oracle.sealed_before() and (r.until is null or d.dimension in ('source', 'device', 'visitor_kind'))
     ),
     kept as (
       select a.dimension, a.start, a.until, f.*
       from asked a
       cross join lateral (select dates_not_kept(a.breakdown_no, a.start, a.last, a.until) as dates) n
       cross join lateral views_by_fact_of_dates(a.breakdown_no, a.start, a.last, n.dates, a.dimension, a.until) f
     ),
     expected as (
       select a.dimension, a.start, a.until, f.*
       from asked a
       cross join lateral views_by_fact_of_page_views(
         a.entity_type, a.entity_id, a.start, $4, a.dimension, null, null, a.until
       ) f
     )
     select 'kept' as side, k.* from (select * from kept except all select * from expected) k
     union all
     select 'page views', e.* from (select * from expected except all select * from kept) e
     order by 2, 3, 4, 5, 1`,
    [entity_type, entity_id, date_from, date_to, compared?.hour ?? 12],
  );
  return rows.map((row) => ({ breakdown: row }));
}
