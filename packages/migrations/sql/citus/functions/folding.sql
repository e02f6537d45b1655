-- Folding on Citus: each server folds its slices, on as many connections as it is asked for, and all servers at once.

-- One transaction of a slice of this server: fold its entities ('entities'), fetch what others hand on to it ('fetch'), or fold its sessions
-- ('sessions'). Returns how many changes it took: none before its history is read in. p_milestones: which totals are milestones, as the coordinator's
-- settings have it; NULL when they are as they were.
create or replace function :schema.fold_slice(p_slice integer, p_step text, p_limit integer, p_milestones jsonb default null) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_folded integer;
  v_is_unread boolean;
begin
  if not :schema.hold_slice(p_slice) then
    return 0;
  end if;
  execute format('select exists (select 1 from %I.unread_histories)', :schema.schema_of_slice(p_slice)) into v_is_unread;
  if v_is_unread then
    return 0;
  end if;
  if p_milestones is not null then
    execute format('update %I.analytics_settings s set milestones = $1 where s.milestones <> $1', :schema.schema_of_slice(p_slice))
    using p_milestones;
  end if;
  -- others fetch what it hands on, and delete what it has fetched: no crash may take that back
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  execute format(
    'select %I.%I($1)', :schema.schema_of_slice(p_slice),
    case p_step when 'entities' then 'fold_page_view_changes' when 'fetch' then 'fetch_changes' else 'fold_session_changes' end
  ) into v_folded using p_limit;
  return v_folded;
end
$$;

-- Fold at most p_limit changes of each slice of this server, in each of its steps: of every so many slices, from the nth on. Answers how many
-- changes of page views it folded, and how many of all steps it took: {"folded": 7, "taken": 12}.
create or replace procedure :schema.fold_slices_here(
  p_limit integer, p_nth integer, p_folders integer, p_milestones jsonb, inout p_answer jsonb
)
language plpgsql
as $$
declare
  v_slices integer[];
  v_slice integer;
  v_step text;
  v_taken_in_step integer;
  v_folded integer := 0;
  v_taken integer := 0;
begin
  commit;
  -- what was waited for is to be seen, whatever the default of this server
  set transaction isolation level read committed;
  v_slices := array(
    select h.slice
    from (
      select s.shardid::integer as slice, pg_catalog.row_number() over (order by s.shardid) as nth
      from pg_catalog.pg_dist_shard s
      where s.logicalrelid = :'page_views'::pg_catalog.regclass and :schema.is_slice_here(s.shardid::integer)
    ) h
    where h.nth % p_folders = p_nth % p_folders
    order by h.slice
  );
  foreach v_slice in array v_slices loop
    foreach v_step in array array['entities', 'fetch', 'sessions'] loop
      v_taken_in_step := :schema.fold_slice(v_slice, v_step, p_limit, case v_step when 'entities' then p_milestones end);
      v_taken := v_taken + v_taken_in_step;
      if v_step = 'entities' then
        v_folded := v_folded + v_taken_in_step;
      end if;
      commit;
      set transaction isolation level read committed;
    end loop;
  end loop;
  p_answer := pg_catalog.jsonb_build_object('folded', v_folded, 'taken', v_taken);
end
$$;

-- Fold at most p_limit changes of each slice, on all servers at once, and on so many connections to each: folded are changes of page views, taken those
-- of all steps; 0 when nothing is pending.
create or replace function :schema.fold_slices(
  p_limit integer default 20000, p_folders integer default 1, out folded bigint, out taken bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.refuse_without_right('fold_slice');
  select coalesce(sum((r.answer::jsonb ->> 'folded')::bigint), 0), coalesce(sum((r.answer::jsonb ->> 'taken')::bigint), 0)
  into folded, taken
  from :schema.run_on_servers(variadic array(
    select format('call :schema.fold_slices_here(%s, %s, %s, %L, null)', p_limit, n, p_folders, s.milestones)
    from :schema.analytics_settings s
    cross join generate_series(1, p_folders) n
  )) r (answer);
end
$$;

-- What is asked of all slices. Citus plans for the values that are asked for: it has no plan for any of them, which folds keep.

-- How far have slices fetched what this one hands on?
create or replace function :schema.fetched_through(p_from_slice integer, p_of_entries boolean) returns table (slice integer, through bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
  select :schema.slice_of_entity(f.slice_key), f.through
  from :schema.fetched_changes f
  where f.from_slice = p_from_slice and f.of_entries = p_of_entries;
end
$$;

-- What do slices hand on to the sessions of this one, after what it has fetched of each?
create or replace function :schema.handed_on_changes(p_slice integer, p_through jsonb, p_limit integer) returns table (
  slice integer, change_id bigint, viewed_at timestamptz, time_on_page integer, sign smallint, pages smallint, entity_type text,
  entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type, owner_id :entity_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select
    :schema.slice_of_entity(o.entity_id), o.change_id, o.viewed_at, o.time_on_page, o.sign, o.pages, o.entity_type, o.entity_id, o.account_id,
    o.session_id, o.visitor_id, o.owner_id
  from :schema.outgoing_changes o
  where o.for_slice = p_slice and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.entity_id)::text)::bigint, 0)
  order by 1, 2
  limit p_limit;
end
$$;

-- And to its entities?
create or replace function :schema.handed_on_entries(p_slice integer, p_through jsonb, p_limit integer) returns table (
  slice integer, change_id bigint, date date, hour smallint, entries integer, bounces integer, entity_type text, entity_id :entity_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select :schema.slice_of_entity(o.slice_key), o.change_id, o.date, o.hour, o.entries, o.bounces, o.entity_type, o.entity_id
  from :schema.outgoing_entries o
  where o.for_slice = p_slice and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.slice_key)::text)::bigint, 0)
  order by 1, 2
  limit p_limit;
end
$$;

-- Which views of these sessions have slices handed on, through these numbers of each? Its page views, less its queue, less what it has handed on
-- since: each shard answers by one statement, so that it is right at any time, whatever others do. Citus makes
-- one of each table where the id of the entity is not at the place that it has in :page_view_rows, or where types differ: that ends with an error here,
-- as it keeps no result in between.
create or replace function :schema.fetched_views(p_session_ids :session_id_type[], p_through jsonb) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, viewed_at timestamptz,
  account_id :account_id_type, views bigint, time_total bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set citus.max_intermediate_result_size = 0
as $$
#variable_conflict use_column
begin
  return query
  select
    r.session_id, r.entity_type, r.entity_id, null:::entity_id_type, r.viewed_at, r.account_id, sum(r.views)::bigint,
    coalesce(sum(r.views * r.time_on_page::bigint), 0)::bigint
  from (
    select
      v.entity_type, v.entity_id, v.session_id, v.viewed_at, v.account_id, :schema.counted_time(v.time_on_page)::bigint as time_on_page,
      1 as views
    from :page_view_rows v
    where v.session_id = any (p_session_ids)
      and :schema.why_left_out(v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at) is null
    union all
    select q.entity_type, q.entity_id, q.session_id, q.viewed_at, q.account_id, q.time_on_page::bigint, -q.sign::integer
    from :schema.page_view_changes q
    where q.session_id = any (p_session_ids)
    union all
    select o.entity_type, o.entity_id, o.session_id, o.viewed_at, o.account_id, o.time_on_page::bigint, -o.sign::integer
    from :schema.outgoing_changes o
    where o.session_id = any (p_session_ids)
      and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.entity_id)::text)::bigint, 0)
  ) r
  group by r.session_id, r.entity_type, r.entity_id, r.viewed_at, r.account_id
  having sum(r.views) <> 0 or sum(r.views * r.time_on_page::bigint) <> 0;
end
$$;

-- Fold until nothing is left, in all slices: for a scheduler that can call a procedure, pg_cron on the coordinator for one.
create or replace procedure :schema.fold_pending_changes(p_limit integer default 20000)
language plpgsql
as $$
begin
  while (:schema.fold_slices(p_limit)).taken > 0 loop
    commit;
  end loop;
end
$$;
