-- The triggers that capture what happens to page views: Citus makes them on every shard, and where one moves to.
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
