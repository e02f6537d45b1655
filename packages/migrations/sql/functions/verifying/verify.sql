-- Verifying goes through all entities in the order of their index, a bounded number of page views in each step, or
-- through a sample of them. It writes nothing: any role that may read everything may do it, on a replica as well.

-- Where does this entity stand between 0 and 1, by chance? The same seed puts it in the same place.
create or replace function :schema.chance_of_entity(p_entity_type text, p_entity_id :entity_id_type, p_seed bigint) returns double precision
language sql immutable
begin atomic
  select (hashtextextended(p_entity_id::text, hashtextextended(p_entity_type, p_seed)) & 9007199254740991)
    / 9007199254740992.0;
end;

-- Which entities follow this one, p_limit at most?
create or replace function :schema.entities_after(p_after :schema.entity_key, p_limit integer)
returns table (nth integer, entity_type text, entity_id :entity_id_type)
language sql stable
begin atomic
  with recursive listed as (
    (
      select 1 as nth, f.entity_type, f.entity_id from :schema.first_entity() f where (p_after).entity_type is null
      union all
      select 1, n.entity_type, n.entity_id
      from :schema.next_entity((p_after).entity_type, (p_after).entity_id) n
      where (p_after).entity_type is not null
    )
    union all
    select l.nth + 1, n.entity_type, n.entity_id
    from listed l
    cross join lateral :schema.next_entity(l.entity_type, l.entity_id) n
    where l.nth < p_limit
  )
  select l.nth, l.entity_type, l.entity_id from listed l where p_limit > 0;
end;

-- Up to which place between 0 and 1 stand so many entities?
create or replace function :schema.share_of_entities(p_entities integer, p_seed bigint) returns double precision
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(
    (
      select :schema.chance_of_entity(e.entity_type, e.entity_id, p_seed)
      from :schema.entities_after(null, 2147483647) e
      order by 1 offset p_entities - 1 limit 1
    ),
    1
  );
end;

-- Compare the rollups of these entities with page views: what was compared, how many rows differ, the first p_most of
-- them, and the dates whose rebuild repairs them: all dates of the entities that differ, because a visitor's row is about all.
create or replace function :schema.verify_entity_slice(p_slice :schema.entity_slice, p_most integer)
returns table (page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date)
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set plan_cache_mode = auto
set jit = off
set work_mem = '32MB'
as $$
declare
  v_time_zone text;
  v_entity_ids :entity_id_type[];
begin
  -- Before the snapshot: else a TRUNCATE could empty page views between it and the first look at them.
  lock table :page_views in access share mode;
  perform :schema.refuse_hidden_rows();
  select s.time_zone into strict v_time_zone from :schema.analytics_settings s;

  with found as materialized (
    select d.* from :schema.rollup_differences(p_slice, v_time_zone) d
    union all
    select d.* from :schema.breakdown_differences(p_slice, v_time_zone) d
  )
  select
    (select (f.key ->> 'page_views')::bigint from found f where f.rollup is null),
    (select (f.key ->> 'entities')::bigint from found f where f.rollup is null),
    (select count(*) from found f where f.rollup is not null),
    (
      select coalesce(jsonb_agg(to_jsonb(l)), '[]')
      from (
        select f.rollup, p_slice.entity_type, nullif(f.entity_id, :no_entity)::text as entity_id, f.key, f.stored, f.expected
        from found f
        where f.rollup is not null
        -- dates first: where page views are gone, they name which
        order by f.rollup, f.entity_id, f.key ->> 'date'
        limit p_most
      ) l
    ),
    array(select distinct f.entity_id from found f where f.rollup is not null)
  into page_views, entities, differences, listed, v_entity_ids;

  if differences > 0 then
    select min(d.date), max(d.date) into date_from, date_to
    from (
      select a.date from :schema.analytics_days a
      where a.entity_type = p_slice.entity_type and a.entity_id = any (v_entity_ids)
      union all
      select h.date from :schema.analytics_hours h
      where h.entity_type = p_slice.entity_type and h.entity_id = any (v_entity_ids)
      union all
      select d.date from :schema.analytics_visitor_days d
      where d.entity_type = p_slice.entity_type and d.entity_id = any (v_entity_ids)
      union all
      select r.date from :schema.analytics_visitor_returns r
      where r.entity_type = p_slice.entity_type and r.entity_id = any (v_entity_ids)
      union all
      select w.week from :schema.analytics_visitor_return_weeks w
      where w.entity_type = p_slice.entity_type and w.entity_id = any (v_entity_ids)
      union all
      select cast(e.visit at time zone v_time_zone as date)
      from :schema.analytics_entity_visitors v
      cross join lateral (values (v.first_visit), (v.last_visit)) e (visit)
      where v.entity_type = p_slice.entity_type and v.entity_id = any (v_entity_ids) and isfinite(e.visit)
      union all
      select cast(b.viewed_at at time zone v_time_zone as date)
      from :schema.analytics_entities e
      cross join lateral (values (e.first_view), (e.last_view)) b (viewed_at)
      where e.entity_type = p_slice.entity_type and e.entity_id = any (v_entity_ids) and isfinite(b.viewed_at)
      union all
      select cast(pv.viewed_at at time zone v_time_zone as date)
      from :page_view_rows pv
      where (
          :schema.is_group_type(p_slice.entity_type) or pv.entity_type = p_slice.entity_type
        )
        and (:schema.is_group_type(p_slice.entity_type) or pv.entity_id = any (v_entity_ids) or (:no_entity = any (v_entity_ids) and pv.entity_id is null))
        and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
    ) d
    -- what is sealed cannot be rebuilt
    where d.date >= (select coalesce(s.sealed_before, '-infinity') from :schema.analytics_settings s);
  end if;
  return next;
end
$$;

-- Compare what is stored of sealed months with their seals: how many months differ, and the first p_most of them.
create or replace function :schema.verify_seals(p_most integer, out differences bigint, out listed jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set jit = off
set work_mem = '32MB'
as $$
begin
  perform :schema.refuse_hidden_rows();
  with found as materialized (
    select d.* from :schema.seal_differences() d
  )
  select
    count(*),
    coalesce(
      (
        select jsonb_agg(to_jsonb(l))
        from (
          select
            'analytics_seals' as rollup, '' as entity_type, null as entity_id, jsonb_build_object('month', f.month) as key, f.stored,
            f.expected
          from found f
          limit p_most
        ) l
      ),
      '[]'
    )
  into differences, listed
  from found f;
end
$$;

-- One step of verifying: the entities, and behind the last one the groups, after p_after with about p_limit page views, or, given a share,
-- those of the next p_limit / 100 entities that chance puts below it, and no groups. Behind the last group come sessions, and behind those
-- the seals of months whose page views may be gone, when all are compared. Says where to go on; done when nothing was left.
create or replace function :schema.verify_rollups_step(
  p_after jsonb default null, p_limit integer default 100000, p_most integer default 100,
  p_share double precision default null, p_seed bigint default 0
) returns table (
  page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date, done boolean, after jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = auto
as $$
declare
  v_after :schema.entity_key := row(
    p_after ->> 'entity_type', coalesce((p_after ->> 'entity_id'):::entity_id_type, :no_entity)
  ):::schema.entity_key;
  v_slices :schema.entity_slice[];
  v_slice :schema.entity_slice;
  v_part record;
  v_session_id :session_id_type;
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;

  page_views := 0;
  entities := 0;
  differences := 0;
  listed := '[]';
  if p_share is null and not coalesce(p_after ? 'session_id', false) then
    v_slice := :schema.next_slice(v_after, p_limit, (select s.levels from :schema.analytics_settings s));
    v_slices := array[v_slice];
    done := v_slice.entity_type is null;
    after := jsonb_build_object('entity_type', v_slice.entity_type, 'entity_id', nullif(v_slice.last_id, :no_entity)::text);
  elsif p_share is null then
    done := true;
  else
    select
      array_agg(row(e.entity_type, e.entity_id, e.entity_id):::schema.entity_slice order by e.nth)
        filter (where :schema.chance_of_entity(e.entity_type, e.entity_id, p_seed) <= p_share),
      count(*) = 0,
      (array_agg(jsonb_build_object('entity_type', e.entity_type, 'entity_id', nullif(e.entity_id, :no_entity)::text) order by e.nth desc))[1]
    into v_slices, done, after
    from :schema.entities_after(v_after, greatest(p_limit / 100, 1)) e;
  end if;

  if p_after ? 'seals' then
    done := true;
    after := p_after;
  elsif done and p_share is null then
    select v.differences, v.listed, v.date_from, v.date_to, v.last_id
    into differences, listed, date_from, date_to, v_session_id
    from :schema.verify_sessions((p_after ->> 'session_id'):::session_id_type, p_limit, p_most) v;
    done := v_session_id is null;
    after := coalesce(p_after, '{"entity_type": "", "entity_id": null}') || jsonb_build_object('session_id', v_session_id);
    if done and exists (select 1 from :schema.analytics_settings s where s.sealed_before is not null) then
      select v.differences, v.listed into differences, listed from :schema.verify_seals(p_most) v;
      done := false;
      after := after || '{"seals": true}';
    end if;
  elsif not done then
    foreach v_slice in array coalesce(v_slices, '{}') loop
      select v.* into v_part
      from :schema.verify_entity_slice(v_slice, greatest(p_most - jsonb_array_length(listed), 0)) v;
      -- those of groups are these once more
      if not :schema.is_group_type(v_slice.entity_type) then
        page_views := page_views + v_part.page_views;
        entities := entities + v_part.entities;
      end if;
      differences := differences + v_part.differences;
      listed := listed || v_part.listed;
      date_from := least(date_from, v_part.date_from);
      date_to := greatest(date_to, v_part.date_to);
    end loop;
  end if;
  return next;
end
$$;
