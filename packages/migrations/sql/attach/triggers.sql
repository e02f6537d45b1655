-- The triggers that capture what happens to page views, and the one that notes what is not folding.

create or replace trigger headcount_note_restore
  before insert on :schema.analytics_days
  for each statement execute function :schema.note_restore();

create or replace trigger headcount_note_restore
  before insert on :schema.analytics_settings
  for each row execute function :schema.note_restore();

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
  for each statement execute function :schema.capture_truncated_page_views();

select :schema.make_partitions(false);

-- What is counted besides entities is an argument of theirs.
do $$
begin
  if :schema.has_levels() then
    perform :schema.capture_levels(:schema.captured_levels());
  end if;
  if exists (select 1 from :schema.analytics_breakdowns) then
    perform :schema.capture_facts();
  end if;
end
$$;

-- Partitions have their own. At the installation what they hold is history, which is read in afterwards.
select :schema.capture_partitions(not s.history_complete) from :schema.analytics_settings s;
