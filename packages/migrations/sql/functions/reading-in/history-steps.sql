-- Going through the history: first all sessions, then all entities, in the order of the indexes on page views, a bounded
-- number of page views in each step.

-- Which sessions come after this one with together about p_limit page views?
create or replace function :schema.next_history_sessions(
  p_after :session_id_type, p_limit integer, out first_id :session_id_type, out last_id :session_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  select pv.session_id into first_id from :page_views pv
  where pv.session_id is not null and (p_after is null or pv.session_id > p_after)
  order by pv.session_id limit 1;
  select pv.session_id into last_id from :page_views pv
  where pv.session_id is not null and pv.session_id >= first_id
  order by pv.session_id offset p_limit limit 1;
  if last_id is null then
    select pv.session_id into last_id from :page_views pv
    where pv.session_id is not null
    order by pv.session_id desc limit 1;
  end if;
end
$$;

-- Which entities of one type come after this one with together about p_limit page views? An entity_type's views without
-- entity come last. NULL when nothing comes after it.
create or replace function :schema.next_history_entities(p_after :schema.entity_key, p_limit integer) returns :schema.entity_slice
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_next :schema.entity_slice;
begin
  v_next.entity_type := p_after.entity_type;
  if p_after.entity_id is null then
    select pv.entity_type into v_next.entity_type from :page_views pv
    where p_after.entity_type is null or pv.entity_type > p_after.entity_type
    order by pv.entity_type limit 1;
    if v_next.entity_type is null then
      return null;
    end if;
  end if;

  select pv.entity_id into v_next.first_id from :page_views pv
  where pv.entity_type = v_next.entity_type and pv.entity_id is not null
    and (p_after.entity_id is null or pv.entity_id > p_after.entity_id)
  order by pv.entity_id limit 1;
  select pv.entity_id into v_next.last_id from :page_views pv
  where pv.entity_type = v_next.entity_type and pv.entity_id >= v_next.first_id
  order by pv.entity_id offset p_limit limit 1;
  if v_next.last_id is null and v_next.first_id is not null then
    select pv.entity_id into v_next.last_id from :page_views pv
    where pv.entity_type = v_next.entity_type and pv.entity_id is not null
    order by pv.entity_id desc limit 1;
  end if;
  return v_next;
end
$$;

-- Read in the sessions and the entities that have lost all their page views since, which only the queue knows.
create or replace function :schema.read_lost_sessions() returns bigint
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(sum(:schema.read_sessions(l.session_id, l.session_id)), 0)
  from (
    select distinct q.session_id from :schema.page_view_changes q
    where q.sign < 0 and q.session_id is not null and not exists (
      select from :schema.visitor_sessions s where s.session_id = q.session_id and s.total_views > 0
    )
  ) l;
end;

create or replace function :schema.read_lost_entities(p_time_zone text) returns bigint
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(sum(:schema.read_entities(l.entity_type, l.entity_id, l.entity_id, p_time_zone)), 0)
  from (
    select q.entity_type, q.entity_id from :schema.page_view_changes q
    where q.sign < 0
    group by q.entity_type, q.entity_id
  ) l
  where not exists (
    select from :schema.aggregate_places(l.entity_type, l.entity_id, '-infinity', 'infinity')
  );
end;

-- One step of about p_limit page views. analytics_settings.history_position tells how far all this has come.
create or replace function :schema.read_history_step(
  p_limit integer default 100000, out phase text, out page_views bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set enable_nestloop = off
as $$
declare
  v_settings :schema.analytics_settings;
  v_position jsonb;
  v_sessions record;
  v_entities :schema.entity_slice;
begin
  lock table :page_views in access share mode;
  select s.* into strict v_settings from :schema.analytics_settings s for no key update;
  v_position := coalesce(v_settings.history_position, '{"phase": "sessions"}');
  phase := v_position ->> 'phase';
  done := v_settings.history_complete;
  page_views := 0;
  if done then
    return;
  end if;

  if phase = 'sessions' then
    select n.* into v_sessions
    -- what is sorted and hashed of so many fits into a processor's cache
    from :schema.next_history_sessions((v_position ->> 'session_id'):::session_id_type, greatest(p_limit / 10, 1)) n;
    if v_sessions.first_id is not null then
      page_views := :schema.read_sessions(v_sessions.first_id, v_sessions.last_id);
      v_position := v_position || jsonb_build_object('session_id', v_sessions.last_id);
    else
      page_views := :schema.read_lost_sessions();
      v_position := '{"phase": "entities"}';
    end if;
  else
    v_entities := :schema.next_history_entities(
      row(v_position ->> 'entity_type', v_position ->> 'entity_id'):::schema.entity_key, p_limit
    );
    if v_entities.entity_type is not null then
      page_views := :schema.read_entities(
        v_entities.entity_type, v_entities.first_id, v_entities.last_id, v_settings.time_zone
      );
      v_position := v_position || jsonb_build_object('entity_type', v_entities.entity_type, 'entity_id', v_entities.last_id);
    else
      page_views := :schema.read_lost_entities(v_settings.time_zone);
      v_position := null;
      done := true;
    end if;
  end if;
  update :schema.analytics_settings set history_complete = done, history_position = v_position;
end
$$;
