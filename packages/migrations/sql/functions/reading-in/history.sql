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

-- One step of about p_limit page views: first all sessions, then all entities. analytics_settings.history_position shows how far
-- all this has come.
create or replace function :schema.read_history_step(
  p_limit integer default 100000, out phase text, out page_views bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_settings :schema.analytics_settings;
  v_position jsonb;
  v_sessions record;
  v_entities :schema.entity_slice;
  v_new_since date;
begin
  perform :schema.begin_reading();
  select s.* into strict v_settings from :schema.analytics_settings s;
  v_position := coalesce(v_settings.history_position, '{"phase": "sessions"}');
  phase := v_position ->> 'phase';
  done := v_settings.history_complete;
  page_views := 0;
  if done then
    return;
  end if;

  if phase = 'sessions' then
    select n.* into v_sessions from :schema.next_sessions((v_position ->> 'session_id'):::session_id_type, p_limit) n;
    if v_sessions.first_id is not null then
      page_views := :schema.read_sessions(
        v_sessions.first_id, v_sessions.last_id, null, false, v_settings.time_zone
      );
      v_position := v_position || jsonb_build_object('session_id', v_sessions.last_id);
    else
      page_views := :schema.read_lost_sessions(v_settings.time_zone);
      v_position := '{"phase": "entities"}';
    end if;
  else
    v_entities := :schema.next_slice(
      row(v_position ->> 'entity_type', v_position ->> 'entity_id'):::schema.entity_key, p_limit, :schema.captured_levels()
    );
    if v_entities.entity_type is not null then
      page_views := :schema.read_entities(
        v_entities.entity_type, v_entities.first_id, v_entities.last_id, null, v_settings.time_zone
      );
      v_position := v_position || jsonb_build_object('entity_type', v_entities.entity_type, 'entity_id', v_entities.last_id);
    else
      page_views := :schema.read_lost_entities(v_settings.time_zone);
      v_position := null;
      done := true;
    end if;
  end if;
  if done then
    v_new_since := (
      select (min(pv.viewed_at) at time zone v_settings.time_zone)::date from :page_view_rows pv
      where pv.visitor_id is not null
        and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    );
  end if;
  update :schema.analytics_settings set history_complete = done, history_position = v_position, new_since = v_new_since;
end
$$;
