-- How things stand, for operators: psql, the command line and every client ask here.

-- Does anything keep changes of page views from being captured, or count them twice? Each fault with the statement that fixes it.
-- What was missed stays missed until it is read again, so every statement ends with a rebuild where something may have been.
create or replace function :schema.capture_faults() returns table (problem text, fix text)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select f.problem, f.fix
  from (
    select
      expected.nth,
      format(
        case
          when t.tgenabled is null then 'The trigger %s is missing: what %s page views is not counted.'
          when t.tgenabled = 'R' then 'The trigger %s fires in replica sessions only: what %s page views elsewhere is not counted.'
          else 'The trigger %s is disabled: what %s page views is not counted.'
        end,
        expected.name, expected.happens
      ) as problem,
      format(
        case
          when t.tgenabled is null then 'CREATE OR REPLACE TRIGGER %1$I AFTER %2$s ON %3$s %4$sFOR EACH STATEMENT EXECUTE FUNCTION %5$s.%6$I(%7$s);'
          else 'ALTER TABLE %3$s ENABLE TRIGGER %1$I;'
        end || ' SELECT %5$s.aggregate_page_views(NULL, NULL);',
        expected.name, expected.event, s.page_views, expected.referencing, :'schema', expected.function,
        case when expected.event <> 'TRUNCATE' then :schema.quoted_levels(:schema.captured_levels()) end
      ) as fix
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
    union all
    select
      5,
      format('Data were put into the rollups at %s by hand, as restoring a dump does: page views that came with them count twice.', s.restored_at),
      format(
        'UPDATE %1$s.analytics_settings SET restored_at = NULL; SELECT %1$s.aggregate_page_views(NULL, NULL);', :'schema'
      )
    from :schema.analytics_settings s
    where s.restored_at is not null
    union all
    select
      6,
      format(
        'Partitions of %s, or tables that inherit from it, lack triggers (%s): what is written to them by their own names is not counted.',
        s.page_views, string_agg(p.partition::text, ', ' order by p.partition::text)
      ),
      format('SELECT %s.capture_partitions();', :'schema')
        || case when bool_or(p.may_have_rows) then format(' SELECT %s.aggregate_page_views(NULL, NULL);', :'schema') else '' end
    from :schema.analytics_settings s
    cross join :schema.partitions_of_page_views() p
    where p.lacks <> '{}'
    group by s.page_views
    union all
    select
      7, 'The trigger headcount_capture_facts is missing or disabled: what is edited of where page views came from is not in breakdowns that are kept.',
      format(
        'SELECT %1$s.capture_facts(); SELECT %1$s.count_entities_again(b.entity_type, b.entity_id, b.entity_id, NULL) FROM %1$s.analytics_breakdowns b;',
        :'schema'
      )
    from :schema.analytics_settings s
    left join pg_trigger t on t.tgrelid = s.page_views and t.tgname = 'headcount_capture_facts'
    where (t.tgenabled is null or t.tgenabled not in ('O', 'A')) and exists (select 1 from :schema.analytics_breakdowns)
  ) f
  order by f.nth;
end;

-- By what do page views of the last thirty days say who it was? In some hundred blocks of the table, the same ones all day: the
-- table has no index by time alone, and reading all of it takes too long.
create or replace function :schema.visitor_shares() returns table (
  sample bigint, by_account bigint, by_visitor_id bigint, by_session bigint, nobody bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_percent double precision := (
    select least(
      100,
      -- an ordinary table is in no tree
      10000.0 * current_setting('block_size')::bigint
        / greatest(coalesce(sum(pg_relation_size(t.relid)), pg_relation_size(:'page_views'::regclass)), 1)
    )
    from pg_partition_tree(:'page_views'::regclass) t
    where t.isleaf
  );
begin
  return query
  select
    count(*), count(:account_id_column),
    count(:visitor_id_column) filter (where :account_id_column is null),
    count(:session_id_column) filter (where :account_id_column is null and :visitor_id_column is null),
    count(*) filter (where :account_id_column is null and :visitor_id_column is null and :session_id_column is null)
  from :page_views tablesample system (v_percent) repeatable (extract(doy from now()))
  where :viewed_at_value > now() - interval '30 days';
end
$$;

-- How many combinations are there of what page views came from and were viewed with, and is there no room for new ones at present?
create or replace function :schema.fact_combinations() returns table (combinations bigint, bounded boolean)
language sql stable
begin atomic
  select
    (select count(*) from :schema.analytics_sources) + (select count(*) from :schema.analytics_devices),
    not :schema.has_room_for_fact('source', false) or not :schema.has_room_for_fact('device', false);
end;

-- How many changes were folded and are on their way to other rollups?
create or replace function :schema.changes_on_their_way() returns bigint
language sql stable
begin atomic
  select count(*) from :schema.entry_changes;
end;

-- How much is waiting to be folded, since when, and what did the latest fold do? What could not be applied, and what cannot be
-- counted at all?
create or replace function :schema.analytics_status() returns table (
  time_zone text,
  pending_changes bigint,
  oldest_pending_seconds double precision,
  finished_at timestamptz,
  folded_changes integer,
  duration_ms double precision,
  set_aside_changes bigint,
  left_out_page_views bigint
)
language sql volatile
begin atomic
  select
    z.time_zone,
    c.pending_changes + :schema.changes_on_their_way(),
    extract(epoch from clock_timestamp() - c.oldest),
    f.finished_at, f.folded_changes, f.duration_ms,
    (select count(*) from :schema.set_aside_changes),
    c.left_out + (select coalesce(sum(l.page_views), 0)::bigint from :schema.left_out_page_views l)
  from :schema.reporting_zone() z
  cross join (
    select count(*) as pending_changes, min(q.captured_at) as oldest, count(q.left_out) as left_out
    from :schema.page_view_changes q
  ) c
  left join lateral (
    select s.finished_at, s.folded_changes, s.duration_ms from :schema.analytics_slots s
    where s.finished_at is not null
    order by s.finished_at desc limit 1
  ) f on true;
end;

-- Of which entities were changes set aside, how many, and why the latest? Those with the most first.
create or replace function :schema.set_aside_entities(p_limit integer default 100) returns table (
  entity_type text, entity_id :entity_id_type, changes bigint, reason text
)
language sql stable
begin atomic
  select
    c.entity_type, nullif(c.entity_id, :no_entity), count(*), (array_agg(c.reason order by c.set_aside_at desc, c.reason))[1]
  from :schema.set_aside_changes c
  group by c.entity_type, c.entity_id
  order by count(*) desc, c.entity_type, c.entity_id
  limit p_limit;
end;

-- Why could how many page views not be counted?
create or replace function :schema.left_out_reasons() returns table (reason text, page_views bigint)
language sql stable
begin atomic
  select
    case l.left_out when 'i' then 'ids_too_long' when 't' then 'instant_out_of_range' when 'r' then 'reserved_entity_type'
      else 'no_entity_type'
    end,
    sum(l.page_views)::bigint
  from (
    select o.left_out, o.page_views from :schema.left_out_page_views o
    union all
    select q.left_out, 1 from :schema.page_view_changes q where q.left_out is not null
  ) l
  group by l.left_out
  order by sum(l.page_views) desc, l.left_out;
end;
