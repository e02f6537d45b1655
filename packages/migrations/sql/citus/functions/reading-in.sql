-- Reading in on Citus: each slice on its server, one after the other, while all others fold. A slice that reads in holds its sessions, so that what it
-- has fetched stays the same, as where it is verified; what it asks others they answer by one statement of each shard.

-- Which of these sessions began on a date that page views no longer hold, and that is not one of these? One of them, with the date. A session that
-- is wrong differs from it: the entity has no row of that date. While sessions and views go on, that an entity has a row of a date, no page view, and none
-- that was taken away and is not folded, its shard says by one statement.
create or replace function :schema.lost_session(
  p_session_ids :session_id_type[], p_start_date date, p_end_date date, p_time_zone text, out session_id :session_id_type, out date date
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set citus.max_intermediate_result_size = 0
as $$
#variable_conflict use_column
declare
  v_session_ids :session_id_type[];
  v_instants timestamptz[];
  v_entity_types text[];
  v_entity_ids :entity_id_type[];
  v_held_ids :session_id_type[];
  v_held_instants timestamptz[];
  v_earliest timestamptz;
  v_latest timestamptz;
  v_lost record;
begin
  select array_agg(s.session_id), array_agg(s.first_seen_at), array_agg(s.entry_entity_type), array_agg(s.entry_entity_id)
  into v_session_ids, v_instants, v_entity_types, v_entity_ids
  from :schema.visitor_sessions s
  where s.session_id = any (p_session_ids) and s.total_views > 0
    and (s.first_seen_at at time zone p_time_zone)::date not between p_start_date and p_end_date;
  if v_session_ids is null then
    return;
  end if;

  select array_agg(v.session_id), array_agg(v.viewed_at) into v_held_ids, v_held_instants
  from :page_view_rows v
  where v.session_id = any (v_session_ids) and v.viewed_at = any (v_instants);
  select
    array_agg(b.session_id), array_agg(b.viewed_at), array_agg(b.entity_type), array_agg(b.entity_id), min(b.viewed_at), max(b.viewed_at)
  into v_session_ids, v_instants, v_entity_types, v_entity_ids, v_earliest, v_latest
  from unnest(v_session_ids, v_instants, v_entity_types, v_entity_ids) b (session_id, viewed_at, entity_type, entity_id)
  where (b.session_id, b.viewed_at) not in (select h.* from unnest(v_held_ids, v_held_instants) h);
  if v_session_ids is null then
    return;
  end if;

  for v_lost in
    select d.entity_type, d.entity_id, d.date
    from (
      -- in the order that fetched_views explains
      select v.entity_type, v.entity_id, (v.viewed_at at time zone p_time_zone)::date as date, 1 as views, 0 as counted
      from :page_view_rows v
      where v.entity_id = any (v_entity_ids) and v.entity_type = any (v_entity_types)
        and v.viewed_at > v_earliest - interval '2 days' and v.viewed_at < v_latest + interval '2 days'
      union all
      select q.entity_type, q.entity_id, (q.viewed_at at time zone p_time_zone)::date, 1, 0
      from :schema.page_view_changes q
      where q.sign < 0 and q.entity_id = any (v_entity_ids) and q.entity_type = any (v_entity_types)
      union all
      select c.entity_type, c.entity_id, (c.viewed_at at time zone p_time_zone)::date, 1, 0
      from :schema.set_aside_changes c
      where c.sign < 0 and c.entity_id = any (v_entity_ids) and c.entity_type = any (v_entity_types)
      union all
      select d.entity_type, d.entity_id, d.date, 0, d.views
      from :schema.analytics_days d
      where d.entity_id = any (v_entity_ids) and d.entity_type = any (v_entity_types)
    ) d
    group by d.entity_type, d.entity_id, d.date
    having sum(d.views) = 0 and sum(d.counted) > 0
  loop
    select b.session_id, v_lost.date into session_id, date
    from unnest(v_session_ids, v_instants, v_entity_types, v_entity_ids) b (session_id, viewed_at, entity_type, entity_id)
    where b.entity_type = v_lost.entity_type and b.entity_id = v_lost.entity_id
      and (b.viewed_at at time zone p_time_zone)::date = v_lost.date
    limit 1;
    exit when found;
  end loop;
end
$$;

-- One step of a rebuild of a slice of this server, as one Postgres has it. NULL when its shard has moved away.
create or replace function :schema.rebuild_slice(p_slice integer, p_after jsonb, p_start_date date, p_end_date date, p_limit integer)
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_step jsonb;
begin
  if not :schema.hold_slice(p_slice) then
    return null;
  end if;
  execute format('select to_jsonb(s) from %I.rebuild_page_views_step($1, $2, $3, $4) s', :schema.schema_of_slice(p_slice))
  into v_step using p_start_date, p_end_date, p_after, p_limit;
  return v_step;
end
$$;

-- One step of a rebuild of all slices, one after the other, each committed where it is. As one Postgres has it; where to go on names the slice. Sessions
-- are read again, and entries follow, when slices fold.
create or replace function :schema.rebuild_page_views_step(
  p_start_date date, p_end_date date, p_after jsonb default null, p_limit integer default 100000
) returns table (page_views bigint, done boolean, after jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select s.*
  from jsonb_to_record(:schema.step_of_slices('rebuild_slice', p_after, p_start_date::text, p_end_date::text, p_limit::text)) s (
    page_views bigint, done boolean, after jsonb
  );
end
$$;

-- Rebuild the entities and sessions of all changes that were set aside in this slice of this server. Returns how many page views they have; NULL when its
-- shard has moved away.
create or replace function :schema.read_slice_again(p_slice integer) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_page_views bigint;
begin
  if not :schema.hold_slice(p_slice) then
    return null;
  end if;
  execute format('select %I.read_set_aside_again()', :schema.schema_of_slice(p_slice)) into v_page_views;
  return v_page_views;
end
$$;

-- The same of all slices, one after the other, each committed where it is.
create or replace function :schema.read_set_aside_again() returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_slice integer;
  v_page_views bigint := 0;
begin
  for v_slice in
    select s.shardid::integer from pg_dist_shard s where s.logicalrelid = :'page_views'::regclass order by s.shardid
  loop
    v_page_views := v_page_views + :schema.run_on_slice(v_slice, 'read_slice_again')::bigint;
  end loop;
  return v_page_views;
end
$$;

-- Read a part of the history of this slice of this server in: of about p_limit page views, or what comes between parts. Its phase, how many page views
-- were read, and whether all of it is: {"phase": "sessions", "page_views": 700, "done": false}. NULL where somebody else is reading it, or nothing is left
-- to read in this phase.
create or replace function :schema.read_history_of_slice(p_slice integer, p_phase text, p_limit integer) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_schema text := :schema.schema_of_slice(p_slice);
  v_phase text;
  v_step jsonb;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('headcount.history:' || v_schema, 0)) or not :schema.hold_slice(p_slice) then
    return null;
  end if;
  execute format('select coalesce(h.position ->> ''phase'', ''sessions'') from %I.unread_histories h', v_schema) into v_phase;
  if v_phase is distinct from p_phase then
    return null;
  end if;
  execute format('select to_jsonb(s) from %I.read_history_step($1) s', v_schema) into v_step using p_limit;
  -- what moves with the shard
  execute format(
    'update %1$I.unread_histories set position = s.history_position from %1$I.analytics_settings s where not s.history_complete', v_schema
  );
  if (v_step ->> 'done')::boolean then
    execute format('delete from %I.unread_histories', v_schema);
  end if;
  return v_step;
end
$$;

-- Read about p_limit page views of the histories of slices of this server in, a part of one slice after the other. Answers how many that were.
create or replace procedure :schema.read_histories_here(p_phase text, p_limit integer, inout p_page_views bigint)
language plpgsql
as $$
declare
  v_slice integer;
  v_step jsonb;
begin
  p_page_views := 0;
  for v_slice in
    select s.shardid::integer from pg_catalog.pg_dist_shard s
    where s.logicalrelid = :'page_views'::pg_catalog.regclass and :schema.is_slice_here(s.shardid::integer)
    order by s.shardid
  loop
    loop
      v_step := :schema.read_history_of_slice(v_slice, p_phase, p_limit);
      commit;
      exit when v_step is null or (v_step ->> 'page_views')::bigint > 0;
    end loop;
    p_page_views := p_page_views + coalesce((v_step ->> 'page_views')::bigint, 0);
    exit when p_page_views >= p_limit;
  end loop;
end
$$;

-- One step of reading the history in, on all servers at once: about p_limit page views on each, and first the sessions of all slices. As one Postgres has
-- it; a slice folds as soon as its own is complete.
create or replace function :schema.read_history_step(
  p_limit integer default 100000, out phase text, out page_views bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  select case when bool_or(coalesce(h.position ->> 'phase', 'sessions') = 'sessions') then 'sessions' else 'entities' end, 0, count(*) = 0
  into phase, page_views, done
  from :schema.unread_histories h;
  if done then
    update :schema.analytics_settings set history_complete = true where not history_complete;
    return;
  end if;
  select coalesce(sum(r.page_views::bigint), 0) into page_views
  from :schema.run_on_servers(format('call :schema.read_histories_here(%L, %s, null)', phase, p_limit)) r (page_views);
  if page_views = 0 then
    -- others may be reading the rest
    phase := null;
    perform pg_sleep(0.1);
  end if;
end
$$;
