-- Reading the history in: the page views that were there before capture began.
--
-- Whatever happened to page views since is in the queue, because nothing is folded before the history is complete. So the
-- history is what page views hold less what is pending, whenever one looks: the same rows for the first step and for the
-- last one, and the queue stays as it is.

-- Read in the sessions that have lost all their page views since, which only the queue knows, from p_start_date on. Returns their page views.
create or replace function :schema.read_lost_sessions(p_time_zone text, p_start_date date default '-infinity') returns bigint
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(sum(:schema.read_sessions(l.session_id, l.session_id, null, false, p_time_zone, p_start_date)), 0)
  from (
    select distinct q.session_id from :schema.page_view_changes q
    where q.sign < 0 and q.session_id is not null and (q.viewed_at at time zone p_time_zone)::date >= p_start_date and not exists (
      select 1 from :schema.visitor_sessions s where s.session_id = q.session_id and s.total_views > 0
    )
  ) l;
end;

-- Read in the entities that have lost all their page views since capture began, from p_start_date on. Returns their page views.
create or replace function :schema.read_lost_entities(p_time_zone text, p_start_date date default '-infinity') returns bigint
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(
    sum(
      case
        when p_start_date = '-infinity' then :schema.read_entities(l.entity_type, l.entity_id, l.entity_id, null, p_time_zone)
        else :schema.read_entities_from(l.entity_type, l.entity_id, l.entity_id, null, p_start_date, p_time_zone)
      end
    ), 0
  )
  from (
    select distinct q.entity_type, q.entity_id from :schema.page_view_changes q
    where q.sign < 0 and (q.viewed_at at time zone p_time_zone)::date >= p_start_date and not exists (
      select 1 from :schema.analytics_days d where d.entity_type = q.entity_type and d.entity_id = q.entity_id
    )
  ) l;
end;

-- Nobody folds until the end of this transaction, nobody truncates page views, and all rows of them are seen. As begin_reading, and
-- several may read at the same time: nothing is folded before the history is complete.
create or replace function :schema.begin_reading_history() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  lock table :page_views in access share mode;
  perform 1 from :schema.analytics_slots s order by s.slot for share;
  perform :schema.refuse_hidden_rows();
end
$$;

-- Divide what comes next in this phase into parts of about p_limit page views, to be read by all who are free: the position with some more of
-- them, and is_divided when nothing comes after them.
create or replace function :schema.divided_history(p_position jsonb, p_limit integer) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  c_parts_at_once constant integer := 8;
  v_parts jsonb := p_position -> 'parts';
  v_part jsonb := p_position -> 'after';
  v_sessions record;
  v_entities :schema.entity_slice;
begin
  for v_nth in 1 .. c_parts_at_once loop
    if p_position ->> 'phase' = 'sessions' then
      select n.* into v_sessions from :schema.next_sessions((v_part ->> 'last_id'):::session_id_type, p_limit) n;
      exit when v_sessions.first_id is null;
      v_part := jsonb_build_object('first_id', v_sessions.first_id::text, 'last_id', v_sessions.last_id::text);
    else
      v_entities := :schema.next_slice(
        row(v_part ->> 'entity_type', v_part ->> 'last_id'):::schema.entity_key, p_limit, :schema.captured_levels()
      );
      exit when v_entities.entity_type is null;
      v_part := jsonb_build_object(
        'entity_type', v_entities.entity_type, 'first_id', v_entities.first_id::text, 'last_id', v_entities.last_id::text
      );
    end if;
    v_parts := v_parts || jsonb_build_array(v_part);
  end loop;
  return p_position || jsonb_build_object(
    'parts', v_parts, 'after', v_part, 'is_divided', jsonb_array_length(v_parts) < jsonb_array_length(p_position -> 'parts') + c_parts_at_once
  );
end
$$;

-- Which part that nobody is reading is this transaction to read now? NULL when there is none. Where one ends without having read its part,
-- the part is free again.
create or replace function :schema.claimed_part_of_history(p_position jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_part jsonb;
begin
  for v_part in select p.part from jsonb_array_elements(p_position -> 'parts') p (part) loop
    if pg_try_advisory_xact_lock(hashtextextended(format('headcount.history:%s %s %s', :'schema', p_position -> 'phase', v_part), 0)) then
      -- who had it may just have read it
      if exists (
        select 1 from :schema.analytics_settings s
        where s.history_position -> 'phase' = p_position -> 'phase' and s.history_position -> 'parts' @> jsonb_build_array(v_part)
      ) then
        return v_part;
      end if;
    end if;
  end loop;
  return null;
end
$$;

-- One step, of one of those who read the history in at the same time: a part of about p_limit page views, or what comes between parts. First all
-- sessions are read, then all entities. phase is NULL while others read the rest of theirs. analytics_settings.history_position shows how far all
-- this has come.
create or replace function :schema.read_history_step(
  p_limit integer default 100000, out phase text, out page_views bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  c_first constant jsonb := '{"phase": "sessions", "parts": [], "is_divided": false}';
  v_settings :schema.analytics_settings;
  v_position jsonb;
  v_part jsonb;
  v_new_since date;
begin
  perform :schema.begin_reading_history();
  select s.* into strict v_settings from :schema.analytics_settings s;
  v_position := coalesce(v_settings.history_position, c_first);
  phase := v_position ->> 'phase';
  done := v_settings.history_complete;
  page_views := 0;
  if done then
    return;
  end if;

  v_part := :schema.claimed_part_of_history(v_position);
  if v_part is not null then
    page_views := case
      when phase = 'sessions' then
        :schema.read_sessions(
          (v_part ->> 'first_id'):::session_id_type, (v_part ->> 'last_id'):::session_id_type, null, false, v_settings.time_zone
        )
      else
        :schema.read_entities(
          v_part ->> 'entity_type', (v_part ->> 'first_id'):::entity_id_type, (v_part ->> 'last_id'):::entity_id_type, null,
          v_settings.time_zone
        )
    end;
    update :schema.analytics_settings s set history_position = jsonb_set(
      s.history_position, '{parts}',
      (select coalesce(jsonb_agg(p.part), '[]') from jsonb_array_elements(s.history_position -> 'parts') p (part) where p.part <> v_part)
    );
    return;
  end if;

  select s.* into strict v_settings from :schema.analytics_settings s for no key update;
  done := v_settings.history_complete;
  if done or coalesce(v_settings.history_position, c_first) <> v_position then
    -- somebody has gone on in the meantime
    return;
  end if;
  if not (v_position -> 'is_divided')::boolean then
    v_position := :schema.divided_history(v_position, p_limit);
  elsif v_position -> 'parts' <> '[]' then
    phase := null;
    perform pg_sleep(0.1);
    return;
  elsif phase = 'sessions' then
    page_views := :schema.read_lost_sessions(v_settings.time_zone);
    v_position := c_first || '{"phase": "entities"}';
  else
    page_views := :schema.read_lost_entities(v_settings.time_zone);
    v_position := null;
    done := true;
    v_new_since := (
      select (min(pv.viewed_at) at time zone v_settings.time_zone)::date from :page_view_rows pv
      where pv.visitor_id is not null
        and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    );
  end if;
  update :schema.analytics_settings set history_complete = done, history_position = v_position, new_since = v_new_since;
end
$$;
