// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
import type { SqlPart } from "../sql-source/sql-source.ts";

export const citusAttachments: readonly SqlPart[] = [
  {
    file: "citus/attach/delegation.sql",
    line: 1,
    sql: `-- Questions about one entity are answered by the server that has its shard, also within a transaction and from a function.

select create_distributed_function(p.oid::regprocedure, 'p_entity_id', :'page_views', force_delegation => true)
from pg_proc p
where p.pronamespace = :'schema'::regnamespace
  and p.proname in (
    'time_series_columns_here', 'compared_series_columns_here', 'visitor_columns_here', 'heat_map_columns_here',
    'rolling_visitors_columns_here', 'breakdown_columns_here', 'views_by_fact_here', 'accounts_that_viewed_here',
    'accounts_with_totals_here', 'list_visitors_among_here', 'columns_of_visitors_here'
  )
order by p.proname;
`,
  },
  {
    file: "citus/attach/triggers.sql",
    line: 1,
    sql: `-- The triggers that capture what happens to page views: Citus makes them on every shard, and where one moves to.
set local citus.enable_unsafe_triggers = on;

create or replace trigger headcount_capture_insert
  after insert on :page_views
  referencing new table as added
  for each statement execute function :schema.capture_added_page_views();

create or replace trigger headcount_capture_update
  after update on :page_views
  referencing old table as removed new table as added
  for each statement execute function :schema.capture_edited_page_views();

create or replace trigger headcount_capture_delete
  after delete on :page_views
  referencing old table as removed
  for each statement execute function :schema.capture_removed_page_views();

create or replace trigger headcount_capture_truncate
  after truncate on :page_views
  for each statement execute function :schema.refuse_truncation();

-- What was there before is captured as if it came now: nobody writes page views until this is committed.
do $$
begin
  if not (select s.history_complete from :schema.analytics_settings s) then
    insert into :schema.page_view_changes (slot, sign, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page)
    select
      :schema.entity_slot(v.entity_type, v.entity_id), 1, v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id,
      v.viewed_at, :schema.counted_time(v.time_on_page)
    from :page_view_rows v
    where :schema.why_left_out(v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at) is null;
    update :schema.analytics_settings set history_complete = true;
  end if;
end
$$;
`,
  },
];
