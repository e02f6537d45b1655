-- How things stand on all servers of a cluster.

-- Which slices of this server lack their functions, what did the latest fold of the others do, and why could how many page views not be counted?
create or replace function :schema.status_here() returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_slice integer;
  v_lacking integer[] := '{}';
  v_folds jsonb := '[]';
  v_left_out jsonb := '[]';
  v_status record;
begin
  for v_slice in
    select s.shardid::integer from pg_dist_shard s
    where s.logicalrelid = :'page_views'::regclass and :schema.is_slice_here(s.shardid::integer)
    order by s.shardid
  loop
    if :schema.is_slice_made(v_slice) then
      execute format(
        $sql$
          select
            (
              select to_jsonb(s) from %1$I.analytics_slots s where s.finished_at is not null order by s.finished_at desc limit 1
            ) as fold,
            (select coalesce(jsonb_agg(l), '[]') from %1$I.left_out_page_views l) as left_out
        $sql$,
        :schema.schema_of_slice(v_slice)
      ) into v_status;
      v_folds := v_folds || coalesce(v_status.fold, '[]');
      v_left_out := v_left_out || v_status.left_out;
    else
      v_lacking := v_lacking || v_slice;
    end if;
  end loop;
  return jsonb_build_object('lacking', v_lacking, 'folds', v_folds, 'left_out', v_left_out);
end
$$;

-- The same of each server.
create or replace function :schema.status_of_servers() returns setof jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.refuse_without_right('status_here');
  return query select r.status::jsonb from :schema.run_on_servers('select :schema.status_here()') r (status);
end
$$;

-- Does anything keep changes of page views from being captured, or slices from being read? Each fault with the statement that fixes it.
create or replace function :schema.capture_faults() returns table (problem text, fix text)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_lacking text := (
    select string_agg(l.slice, ', ' order by l.slice)
    from :schema.status_of_servers() s (status)
    cross join jsonb_array_elements_text(s.status -> 'lacking') l (slice)
  );
begin
  return query
  select
    format('The trigger %s is missing or disabled: what %s page views is not counted.', e.name, e.happens),
    case when t.tgname is null
      then format('UPDATE %s.headcount_migrations SET rendered_checksum = NULL WHERE kind = ''attachments'';', :'schema')
        || ' -- then run: npx @headcount/migrations up'
      else format('ALTER TABLE %s ENABLE TRIGGER %I;', :'page_views', e.name)
    end
  from (
    values
      ('headcount_capture_insert', 'is added to'), ('headcount_capture_update', 'is edited in'),
      ('headcount_capture_delete', 'is deleted from')
  ) e (name, happens)
  left join pg_trigger t on t.tgrelid = :'page_views'::regclass and t.tgname = e.name
  where t.tgenabled is null or t.tgenabled not in ('O', 'A');
  if v_lacking is not null then
    return query
    select
      format('The slices %s lack their functions, as after a move of their shards: the next fold makes them, or question about their entities.', v_lacking),
      format('SELECT %s.make_slices();', :'schema');
  end if;
end
$$;

-- How many changes have slices handed on that were not fetched yet?
create or replace function :schema.changes_on_their_way() returns bigint
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  -- by the slice that fetches, and the one that hands on
  v_changes jsonb;
  v_entries jsonb;
begin
  select
    jsonb_object_agg(f.key, f.through) filter (where not f.of_entries), jsonb_object_agg(f.key, f.through) filter (where f.of_entries)
  into v_changes, v_entries
  from (
    select :schema.slice_of_entity(c.slice_key) || ' ' || c.from_slice as key, c.of_entries, c.through from :schema.fetched_changes c
  ) f;
  return (
    select count(*) from :schema.outgoing_changes o
    where o.change_id > coalesce((v_changes ->> (o.for_slice || ' ' || :schema.slice_of_entity(o.entity_id)))::bigint, 0)
  ) + (
    select count(*) from :schema.outgoing_entries o
    where o.change_id > coalesce((v_entries ->> (o.for_slice || ' ' || :schema.slice_of_entity(o.slice_key)))::bigint, 0)
  );
end
$$;

-- How much is waiting to be folded, since when, and what did the latest fold of a slice do?
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
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_queue record;
  v_fold jsonb;
  v_left_out bigint;
begin
  select count(*) as pending, min(q.captured_at) as oldest, count(q.left_out) as left_out into v_queue from :schema.page_view_changes q;
  v_fold := (
    select f.fold
    from :schema.status_of_servers() s (status)
    cross join jsonb_array_elements(s.status -> 'folds') f (fold)
    order by (f.fold ->> 'finished_at')::timestamptz desc
    limit 1
  );
  v_left_out := (select sum(r.page_views) from :schema.left_out_reasons() r);
  return query
  select
    z.time_zone,
    v_queue.pending + (select count(*) from :schema.entry_changes) + (select count(*) from :schema.session_changes)
      + :schema.changes_on_their_way(),
    extract(epoch from clock_timestamp() - v_queue.oldest)::double precision,
    (v_fold ->> 'finished_at')::timestamptz, (v_fold ->> 'folded_changes')::integer, (v_fold ->> 'duration_ms')::double precision,
    (select count(*) from :schema.set_aside_changes), coalesce(v_left_out, 0)
  from :schema.reporting_zone() z;
end
$$;

-- Of which entities were changes set aside, how many, and why the latest? Those with the most first.
create or replace function :schema.set_aside_entities(p_limit integer default 100) returns table (
  entity_type text, entity_id :entity_id_type, changes bigint, reason text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select c.entity_type, c.entity_id, count(*), (array_agg(c.reason order by c.set_aside_at desc, c.reason))[1]
  from :schema.set_aside_changes c
  group by c.entity_type, c.entity_id
  order by count(*) desc, c.entity_type, c.entity_id
  limit p_limit;
end
$$;

-- Why could how many page views not be counted?
create or replace function :schema.left_out_reasons() returns table (reason text, page_views bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  with queued as materialized (
    select q.left_out::text as left_out, count(*) as page_views from :schema.page_view_changes q where q.left_out is not null group by q.left_out
  )
  select
    case l.left_out when 'i' then 'ids_too_long' when 't' then 'instant_out_of_range' when 'r' then 'reserved_entity_type'
      else 'no_entity_type'
    end,
    sum(l.page_views)::bigint
  from (
    select o.of ->> 'left_out' as left_out, (o.of ->> 'page_views')::bigint as page_views
    from :schema.status_of_servers() s (status)
    cross join jsonb_array_elements(s.status -> 'left_out') o (of)
    union all
    select q.left_out, q.page_views from queued q
  ) l
  group by l.left_out
  order by sum(l.page_views) desc, l.left_out;
end
$$;

-- By what do page views of the last thirty days say who it was? Of some hundred blocks of each shard.
create or replace function :schema.visitor_shares() returns table (
  sample bigint, by_account bigint, by_visitor_id bigint, by_session bigint, nobody bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_percent double precision := least(
    100, 10000.0 * current_setting('block_size')::bigint / greatest(citus_relation_size(:'page_views'::regclass), 1)
  );
begin
  return query execute format(
    $sql$
      select
        count(*), count(:account_id_column),
        count(:visitor_id_column) filter (where :account_id_column is null),
        count(:session_id_column) filter (where :account_id_column is null and :visitor_id_column is null),
        count(*) filter (where :account_id_column is null and :visitor_id_column is null and :session_id_column is null)
      from :page_views tablesample system (%s)
      where :viewed_at_value > now() - interval '30 days'
    $sql$,
    v_percent
  );
end
$$;

-- How much room do page views take, and all that is stored of them?
create or replace function :schema.stored_bytes(out page_view_bytes bigint, out rollup_bytes bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  page_view_bytes := citus_total_relation_size(:'page_views'::regclass);
  rollup_bytes := (
    select sum(citus_total_relation_size(p.logicalrelid))
    from pg_dist_partition p
    join pg_class c on c.oid = p.logicalrelid
    where c.relnamespace = :'schema'::regnamespace and p.partmethod = 'h'
  );
end
$$;
