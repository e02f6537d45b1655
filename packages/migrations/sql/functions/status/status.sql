-- How things stand, for whoever operates it: psql, the command line and every client ask here.

-- Does anything keep changes of page views from being written down? Each fault with the statement that mends it.
-- What was missed meanwhile stays missed until it is read again, so every statement ends with a rebuild.
create or replace function :schema.capture_faults() returns table (problem text, mend text)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select
    format(
      case
        when t.tgenabled is null then 'The trigger %s is missing: what %s page views is not counted.'
        when t.tgenabled = 'R' then 'The trigger %s fires in replica sessions only: what %s page views elsewhere is not counted.'
        else 'The trigger %s is disabled: what %s page views is not counted.'
      end,
      expected.name, expected.happens
    ),
    format(
      case
        when t.tgenabled is null then 'CREATE TRIGGER %1$I AFTER %2$s ON %3$s %4$sFOR EACH STATEMENT EXECUTE FUNCTION %5$s.%6$I();'
        else 'ALTER TABLE %3$s ENABLE TRIGGER %1$I;'
      end || ' SELECT %5$s.aggregate_page_views(NULL, NULL);',
      expected.name, expected.event, s.page_views, expected.referencing, :'schema', expected.function
    )
  from :schema.analytics_settings s
  cross join (
    values
      (1, 'headcount_capture_insert', 'is added to', 'INSERT', 'REFERENCING NEW TABLE AS added ', 'capture_added_page_views'),
      (2, 'headcount_capture_update', 'is edited in', 'UPDATE',
        'REFERENCING OLD TABLE AS removed NEW TABLE AS added ', 'capture_edited_page_views'),
      (3, 'headcount_capture_delete', 'is deleted from', 'DELETE', 'REFERENCING OLD TABLE AS removed ', 'capture_removed_page_views'),
      (4, 'headcount_capture_truncate', 'is truncated from', 'TRUNCATE', '', 'capture_truncated_page_views')
  ) expected (nth, name, happens, event, referencing, function)
  left join pg_trigger t on t.tgrelid = s.page_views and t.tgname = expected.name
  where t.tgenabled is null or t.tgenabled not in ('O', 'A')
  order by expected.nth;
end;

-- How much is waiting to be folded, since when, and what did the latest fold do?
create or replace function :schema.analytics_status() returns table (
  time_zone text,
  pending_changes bigint,
  oldest_pending_seconds double precision,
  finished_at timestamptz,
  folded_changes integer,
  duration_ms double precision
)
language sql volatile
begin atomic
  select
    s.time_zone,
    c.pending_changes,
    extract(epoch from clock_timestamp() - c.oldest),
    f.finished_at, f.folded_changes, f.duration_ms
  from :schema.analytics_settings s
  cross join (
    select count(*) as pending_changes, min(q.captured_at) as oldest from :schema.page_view_changes q
  ) c
  left join :schema.analytics_fold_state f on true;
end;
