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

-- By which columns it captures them: a view follows those that are renamed.
drop view if exists :schema.captured_page_views;
create view :schema.captured_page_views as select :captured_columns from :page_views p_page_view;

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
`,
  },
];
