-- Rebuilding: empty the rollups of entities and read them in again, while views arrive.
--
-- A range of dates chooses which entities and sessions; those are rebuilt whole, or from the first date on that is not sealed: what is stored
-- of sealed months stays, as do sessions that began then, of which nobody knows any more which part is younger. First all sessions, then all
-- entities, which take their entries from the sessions, in steps that each leave the rollups exact.

-- Which of these sessions have a view on these dates, in page views or stored? Not those that began on a sealed date.
create or replace function :schema.sessions_on_dates(
  p_first_id :session_id_type, p_last_id :session_id_type, p_start_date date, p_end_date date, p_time_zone text
) returns :session_id_type[]
language plpgsql stable
:settings_of_writers
-- a step is a small part of large tables
set enable_seqscan = off
as $$
begin
  return array(
    select pv.session_id:::session_id_type
    from :page_view_rows pv
    where pv.session_id between p_first_id and p_last_id
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      and (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
    union
    select s.session_id
    from :schema.visitor_sessions s
    where s.session_id between p_first_id and p_last_id and (s.total_views <> 0 or s.first_seen_at is not null)
      and coalesce((s.first_seen_at at time zone p_time_zone)::date <= p_end_date, true)
      and coalesce((s.last_seen_at at time zone p_time_zone)::date >= p_start_date, true)
    except
    select s.session_id
    from :schema.visitor_sessions s
    where s.session_id between p_first_id and p_last_id and s.total_views > 0 and :schema.is_sealed(s.first_seen_at)
  );
end
$$;

-- Which of these entities have a view on these dates, in page views or stored?
create or replace function :schema.entities_on_dates(
  p_slice :schema.entity_slice, p_start_date date, p_end_date date, p_time_zone text
) returns :entity_id_type[]
language plpgsql stable
:settings_of_writers
-- a step is a small part of large tables
set enable_seqscan = off
as $$
begin
  return array(
    select coalesce(pv.entity_id:::entity_id_type, :no_entity)
    from :page_view_rows pv
    where pv.entity_type = (p_slice).entity_type
      and (
        pv.entity_id between (p_slice).first_id and (p_slice).last_id
        or ((p_slice).first_id = :no_entity and pv.entity_id is null)
      )
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
      and (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
    union
    select g.entity_id
    from (select 1 where :schema.is_group_type((p_slice).entity_type)) o
    cross join lateral :schema.page_views_of_groups((p_slice).entity_type, (p_slice).first_id, (p_slice).last_id, null) g
    where (g.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
    union
    select d.entity_id from :schema.analytics_days d
    where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
      and d.date between p_start_date and p_end_date
    union
    select h.entity_id from :schema.analytics_hours h
    where h.entity_type = (p_slice).entity_type and h.entity_id between (p_slice).first_id and (p_slice).last_id
      and h.date between p_start_date and p_end_date
    union
    select d.entity_id from :schema.analytics_visitor_days d
    where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
      and d.date between p_start_date and p_end_date
    union
    select r.entity_id from :schema.analytics_visitor_returns r
    where r.entity_type = (p_slice).entity_type and r.entity_id between (p_slice).first_id and (p_slice).last_id
      and (r.date between p_start_date and p_end_date or r.prev_date between p_start_date and p_end_date)
    union
    -- visitors, weeks and totals have a day of their entity: they are looked at only where no day is left
    select o.entity_id
    from (
      (
        select v.entity_id from :schema.analytics_entity_visitors v
        where v.entity_type = (p_slice).entity_type and v.entity_id between (p_slice).first_id and (p_slice).last_id
        union
        select w.entity_id from :schema.analytics_visitor_return_weeks w
        where w.entity_type = (p_slice).entity_type and w.entity_id between (p_slice).first_id and (p_slice).last_id
        union
        select e.entity_id from :schema.analytics_entities e
        where e.entity_type = (p_slice).entity_type and e.entity_id between (p_slice).first_id and (p_slice).last_id
      )
      except
      select d.entity_id from :schema.analytics_days d
      where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
    ) o
    where exists (
      select 1 from :schema.analytics_entity_visitors v
      where v.entity_type = (p_slice).entity_type and v.entity_id = o.entity_id
        and (v.first_visit at time zone p_time_zone)::date between p_start_date and p_end_date
    ) or exists (
      select 1 from :schema.analytics_visitor_return_weeks w
      where w.entity_type = (p_slice).entity_type and w.entity_id = o.entity_id
        and (w.week between p_start_date - 6 and p_end_date or w.prev_week between p_start_date - 6 and p_end_date)
    ) or exists (
      select 1 from :schema.analytics_entities e
      where e.entity_type = (p_slice).entity_type and e.entity_id = o.entity_id
        and coalesce((e.first_view at time zone p_time_zone)::date, p_start_date) <= p_end_date
        and coalesce((e.last_view at time zone p_time_zone)::date, p_end_date) >= p_start_date
    )
  );
end
$$;

-- Rebuild the entities of this type from the first id to the last, both included; of these those of p_ids, when given. What was
-- set aside of them is right again then, and so are its sessions; of sealed dates, which are not read again, it is pending once more.
-- Returns how many page views they have.
create or replace function :schema.rebuild_entities(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[], p_time_zone text
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_start_date date := (select s.sealed_before from :schema.analytics_settings s);
  v_session_ids :session_id_type[];
  v_views bigint;
begin
  v_session_ids := array(
    select distinct c.session_id from :schema.set_aside_changes c
    where c.entity_type = p_entity_type and c.entity_id between p_first_id and p_last_id
      and (p_ids is null or c.entity_id = any (p_ids)) and c.session_id is not null
      and not exists (
        select 1 from :schema.visitor_sessions s
        where s.session_id = c.session_id and s.total_views > 0 and :schema.is_sealed(s.first_seen_at)
      )
    order by c.session_id
  );
  if v_session_ids <> '{}' then
    perform :schema.read_sessions(
      v_session_ids[1], v_session_ids[cardinality(v_session_ids)], v_session_ids, true, p_time_zone,
      coalesce(v_start_date, '-infinity')
    );
  end if;
  with
  set_aside as (
    delete from :schema.set_aside_changes c
    where c.entity_type = p_entity_type and c.entity_id between p_first_id and p_last_id
      and (p_ids is null or c.entity_id = any (p_ids))
    returning c.*
  )
  insert into :schema.page_view_changes (
    slot, sign, is_group, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page
  )
  select
    :schema.entity_slot(c.entity_type, c.entity_id), c.sign, case when :schema.is_group_type(c.entity_type) then true end, c.entity_type,
    c.entity_id, c.account_id, c.session_id, c.visitor_id, c.viewed_at, c.time_on_page
  from set_aside c
  where c.sign <> 0 and (c.viewed_at at time zone p_time_zone)::date < v_start_date;

  if v_start_date is null then
    perform :schema.empty_entities(p_entity_type, p_first_id, p_last_id, p_ids);
    v_views := :schema.read_entities(p_entity_type, p_first_id, p_last_id, p_ids, p_time_zone);
  else
    perform :schema.empty_entities_from(p_entity_type, p_first_id, p_last_id, p_ids, v_start_date, p_time_zone);
    v_views := :schema.read_entities_from(p_entity_type, p_first_id, p_last_id, p_ids, v_start_date, p_time_zone);
  end if;
  perform :schema.count_entities_again(p_entity_type, p_first_id, p_last_id, p_ids);
  return v_views;
end
$$;

-- Rebuild the entities of changes of these dates that were set aside: of one that never had a view that was counted, nothing else
-- is known. Returns how many page views they have.
create or replace function :schema.rebuild_set_aside(p_start_date date, p_end_date date, p_time_zone text) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_type record;
  v_views bigint := 0;
begin
  for v_type in
    select c.entity_type, array_agg(distinct c.entity_id order by c.entity_id) as ids
    from :schema.set_aside_changes c
    where (c.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
    group by c.entity_type
  loop
    perform :schema.refuse_losing_dates(
      row(v_type.entity_type, v_type.ids[1], v_type.ids[cardinality(v_type.ids)]):::schema.entity_slice, v_type.ids,
      'infinity', '-infinity', p_time_zone
    );
    v_views := v_views + :schema.rebuild_entities(
      v_type.entity_type, v_type.ids[1], v_type.ids[cardinality(v_type.ids)], v_type.ids, p_time_zone
    );
  end loop;
  return v_views;
end
$$;

-- Hold everything that a rebuild reads and writes, with nothing handed on.
create or replace function :schema.begin_rebuild() returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_settings :schema.analytics_settings;
begin
  perform :schema.begin_reading();
  select s.* into strict v_settings from :schema.analytics_settings s;
  if not v_settings.history_complete then
    raise exception 'the page views from before the installation are not in the rollups yet'
      using errcode = 'object_not_in_prerequisite_state', hint = 'Run: npx @headcount/migrations up';
  end if;
  perform :schema.fold_changes('{}', (:schema.take_entry_changes('{0,1,2,3,4,5,6,7}')));
  return v_settings.time_zone;
end
$$;

-- Are entities named that a rebuild empties and reads in, also where all of them are meant?
create or replace function :schema.rebuilds_by_id() returns boolean
language sql immutable
return false;

-- One step of a rebuild, of about p_limit page views: the sessions, or else the entities, or else the groups, that follow p_after and have a view on
-- these dates (NULL: no bound but what is sealed). An entity is rebuilt whole, however many views it has. Returns how many views
-- were read and where to go on; done when there is nothing after it.
create or replace function :schema.rebuild_page_views_step(
  p_start_date date, p_end_date date, p_after jsonb default null, p_limit integer default 100000
) returns table (page_views bigint, done boolean, after jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_time_zone text;
  v_of_all boolean := p_start_date is null and p_end_date is null and not :schema.rebuilds_by_id();
  v_sealed_before date;
  v_first date;
  v_last date := coalesce(p_end_date, 'infinity');
  -- what page views no longer hold is lost only where its date was named
  v_first_lost date := case when p_end_date is null then 'infinity' else coalesce(p_start_date, 'infinity') end;
  v_last_lost date := coalesce(p_end_date, '-infinity');
  v_sessions record;
  v_session_ids :session_id_type[];
  v_slice :schema.entity_slice;
  v_ids :entity_id_type[];
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  v_time_zone := :schema.begin_rebuild();
  select s.sealed_before into v_sealed_before from :schema.analytics_settings s;
  if least(p_start_date, p_end_date) < v_sealed_before then
    perform :schema.refuse_sealed(format('this rebuild is of dates that are sealed, and can begin on %s', v_sealed_before));
  end if;
  v_first := coalesce(p_start_date, v_sealed_before, '-infinity');
  page_views := 0;
  done := false;

  -- A change may be pending of what page views do not hold: edited or deleted past capture, or restored twice. Folded after this it would
  -- count; folded before, it is in the rollups, and goes with them.
  if p_after is null then
    while :schema.fold_page_view_changes() > 0 loop
    end loop;
  end if;

  if p_after is null or p_after ? 'session_id' then
    select n.* into v_sessions from :schema.next_sessions((p_after ->> 'session_id'):::session_id_type, p_limit) n;
    if v_sessions.first_id is not null then
      -- without ids, all are meant
      if not v_of_all or v_sealed_before is not null then
        v_session_ids := :schema.sessions_on_dates(v_sessions.first_id, v_sessions.last_id, v_first, v_last, v_time_zone);
      end if;
      if v_session_ids is null or v_session_ids <> '{}' then
        perform :schema.refuse_losing_sessions(
          v_sessions.first_id, v_sessions.last_id, v_session_ids, v_first_lost, v_last_lost, v_time_zone
        );
        page_views := :schema.read_sessions(
          v_sessions.first_id, v_sessions.last_id, v_session_ids, true, v_time_zone, coalesce(v_sealed_before, '-infinity')
        );
      end if;
      after := jsonb_build_object('session_id', v_sessions.last_id::text);
      return next;
      return;
    end if;
    perform :schema.read_lost_sessions(v_time_zone, coalesce(v_sealed_before, '-infinity'));
    p_after := null;
  end if;

  v_slice := :schema.next_slice(
    row(
      p_after ->> 'entity_type', coalesce((p_after ->> 'entity_id'):::entity_id_type, :no_entity)
    ):::schema.entity_key, p_limit, :schema.captured_levels()
  );
  if v_slice.entity_type is null then
    page_views := :schema.read_lost_entities(v_time_zone, coalesce(v_sealed_before, '-infinity')) + :schema.rebuild_set_aside(v_first, v_last, v_time_zone);
    done := true;
    return next;
    return;
  end if;
  if not v_of_all then
    v_ids := :schema.entities_on_dates(v_slice, v_first, v_last, v_time_zone);
  end if;
  perform :schema.refuse_losing_dates(v_slice, v_ids, v_first_lost, v_last_lost, v_time_zone);
  if v_of_all or v_ids <> '{}' then
    page_views := :schema.rebuild_entities(v_slice.entity_type, v_slice.first_id, v_slice.last_id, v_ids, v_time_zone);
  end if;
  -- those of groups were read with their entities
  if :schema.is_group_type(v_slice.entity_type) then
    page_views := 0;
  end if;
  after := jsonb_build_object('entity_type', v_slice.entity_type, 'entity_id', nullif(v_slice.last_id, :no_entity)::text);
  return next;
end
$$;

-- Which date is it now, where dates are cut?
create or replace function :schema.reporting_date() returns date
language sql stable
begin atomic
  select (now() at time zone z.time_zone)::date from :schema.reporting_zone() z;
end;

-- Rebuild what has a view on these dates (NULL: no bound) from raw page views, in one transaction.
-- Returns how many page views were read. On a large table prefer the client or the CLI: they commit every step.
create or replace function :schema.aggregate_page_views(p_start_date date, p_end_date date default :schema.reporting_date())
returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_step record;
  v_after jsonb;
  v_views bigint := 0;
begin
  if p_start_date > p_end_date then
    raise exception 'p_start_date (%) is after p_end_date (%)', p_start_date, p_end_date
      using errcode = 'invalid_parameter_value';
  end if;
  loop
    select s.* into v_step from :schema.rebuild_page_views_step(p_start_date, p_end_date, v_after) s;
    v_after := v_step.after;
    -- each view is read twice: with its session, and with its entity
    if (v_after ? 'session_id') is not true then
      v_views := v_views + v_step.page_views;
    end if;
    exit when v_step.done;
  end loop;
  return v_views;
end
$$;

-- Rebuild the entities and sessions of all changes that were set aside, in one transaction. Returns how many page views they have.
create or replace function :schema.read_set_aside_again() returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  return :schema.rebuild_set_aside('-infinity', 'infinity', :schema.begin_rebuild());
end
$$;
