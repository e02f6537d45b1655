-- Going through all entities, in the order of their index, a bounded number of page views in each step.

-- Which entities have rows in the rollups? As often as they have rows.
create or replace function :schema.rolled_up_entities() returns setof :schema.entity_key
language sql stable
begin atomic
  select a.entity_type, a.entity_id from :schema.analytics_aggregates a
  union all
  select d.entity_type, d.entity_id from :schema.analytics_visitor_days d
  union all
  select v.entity_type, v.entity_id from :schema.analytics_visitors v
  union all
  select r.entity_type, r.entity_id from :schema.analytics_visitor_returns r
  union all
  select w.entity_type, w.entity_id from :schema.analytics_visitor_return_weeks w;
end;

-- Which entity comes next, in page views or in rollups? An entity_type's views without entity come last.
create or replace function :schema.next_entity(p_entity_type text, p_entity_id :entity_id_type) returns setof :schema.entity_key
language sql stable
begin atomic
  select c.entity_type::text, c.entity_id:::entity_id_type
  from (
    (select pv.entity_type, pv.entity_id from :page_views pv
      where pv.entity_type = p_entity_type and pv.entity_id > p_entity_id
      order by pv.entity_id limit 1)
    union all
    (select pv.entity_type, pv.entity_id from :page_views pv
      where p_entity_id is not null and pv.entity_type = p_entity_type and pv.entity_id is null limit 1)
    union all
    (select pv.entity_type, pv.entity_id from :page_views pv
      where pv.entity_type > p_entity_type
      order by pv.entity_type, pv.entity_id limit 1)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type = p_entity_type and r.entity_id > p_entity_id
      order by r.entity_type, r.entity_id limit 1)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where p_entity_id is not null and r.entity_type = p_entity_type and r.entity_id is null limit 1)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type > p_entity_type
      order by r.entity_type, r.entity_id limit 1)
  ) c
  order by c.entity_type, c.entity_id nulls last
  limit 1;
end;

-- Which is the first?
create or replace function :schema.first_entity() returns setof :schema.entity_key
language sql stable
begin atomic
  select c.entity_type::text, c.entity_id:::entity_id_type
  from (
    (select pv.entity_type, pv.entity_id from :page_views pv order by pv.entity_type, pv.entity_id limit 1)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r order by r.entity_type, r.entity_id limit 1)
  ) c
  where c.entity_type is not null
  order by c.entity_type, c.entity_id nulls last
  limit 1;
end;

-- Which entities, from this one on, have together about p_limit page views on these dates, and each how many?
-- Counting stops at p_limit + 1: more than a step may take is as good as any number. An entity without any counts
-- for one, so that a step is bounded in entities as well.
create or replace function :schema.entities_from(
  p_from :schema.entity_key, p_start_date date, p_end_date date, p_time_zone text, p_limit integer
) returns table (nth integer, entity :schema.entity_key, page_views bigint, sum_of_page_views bigint)
language sql stable
begin atomic
  with recursive listed as (
    select 1 as nth, p_from as entity, c.page_views, greatest(c.page_views, 1) as sum_of_page_views
    from (
      select count(*) as page_views from (
        select from :schema.page_views_of((p_from).entity_type, (p_from).entity_id, p_start_date, p_end_date, p_time_zone)
        limit p_limit + 1
      ) v
    ) c
    union all
    select l.nth + 1, row(n.entity_type, n.entity_id):::schema.entity_key, c.page_views, l.sum_of_page_views + greatest(c.page_views, 1)
    from listed l
    cross join lateral :schema.next_entity((l.entity).entity_type, (l.entity).entity_id) n
    cross join lateral (
      select count(*) as page_views from (
        select from :schema.page_views_of(n.entity_type, n.entity_id, p_start_date, p_end_date, p_time_zone)
        limit p_limit + 1
      ) v
    ) c
    where l.sum_of_page_views < p_limit and l.nth < 10000
  )
  select l.nth, l.entity, l.page_views, l.sum_of_page_views from listed l;
end;

-- One step of a rebuild: entities that follow p_after with together about p_limit page views, or the next dates
-- of one that has more. Returns the views read and where to go on; done when there is nothing after it.
create or replace function :schema.rebuild_page_views_step(
  p_start_date date, p_end_date date, p_after jsonb default null, p_limit integer default 100000
) returns table (page_views bigint, done boolean, after jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
as $$
declare
  v_time_zone text;
  v_history_complete boolean;
  v_entities :schema.entity_key[];
  v_entity :schema.entity_key;
  v_first date := coalesce(p_start_date, '-infinity');
  v_last date := coalesce(p_end_date, 'infinity');
  v_from date := v_first;
  v_to date := v_last;
  v_views bigint;
  v_session_id :session_id_type;
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;

  lock table :page_views in access share mode;
  select s.time_zone, s.history_complete into strict v_time_zone, v_history_complete
  from :schema.analytics_settings s for no key update;
  if not v_history_complete then
    raise exception 'the page views from before the installation are not in the rollups yet'
      using errcode = 'object_not_in_prerequisite_state', hint = 'Run: npx @headcount/migrations up';
  end if;

  if p_after ? 'session_id' then
    v_entity := null;
  elsif p_after is null then
    select f.entity_type, f.entity_id into v_entity from :schema.first_entity() f;
  else
    v_entity := row(p_after ->> 'entity_type', p_after ->> 'entity_id'):::schema.entity_key;
    if p_after ->> 'date' is null then
      select n.entity_type, n.entity_id into v_entity from :schema.next_entity(v_entity.entity_type, v_entity.entity_id) n;
    else
      v_from := (p_after ->> 'date')::date + 1;
    end if;
  end if;

  if v_entity.entity_type is null then
    -- behind the last entity: the sessions that no view is left of
    v_session_id := :schema.rebuild_lost_sessions(
      (p_after ->> 'session_id'):::session_id_type, v_first, v_last, v_time_zone, p_limit
    );
    return query select 0::bigint, v_session_id is null, case when v_session_id is not null then
      coalesce(p_after, '{"entity_type": "", "entity_id": null}') || jsonb_build_object('session_id', v_session_id)
    end;
    return;
  end if;

  -- The first entity in any case; those after it as long as the step stays within its limit.
  select array_agg(l.entity order by l.nth), max(l.page_views) into v_entities, v_views
  from :schema.entities_from(v_entity, v_from, v_to, v_time_zone, p_limit) l
  where l.nth = 1 or (v_from = v_first and l.sum_of_page_views <= p_limit);

  if v_views > p_limit then
    select greatest(v_from, max(v.local_time)::date - 1) into v_to
    from (
      select v.local_time
      from :schema.page_views_of(v_entity.entity_type, v_entity.entity_id, v_from, v_to, v_time_zone) v
      order by v.viewed_at limit p_limit
    ) v;
  end if;

  v_views := :schema.rebuild_entities(v_entities, v_from, v_to, v_time_zone);
  v_entity := v_entities[cardinality(v_entities)];

  -- All that there is of them was read.
  if v_to = v_last then
    perform :schema.rebuild_visitors(array(
      select e
      from unnest(v_entities) e
      where not exists (select from :schema.visitor_days_of(e.entity_type, e.entity_id, '-infinity', v_first - 1))
        and not exists (select from :schema.visitor_days_of(e.entity_type, e.entity_id, v_last + 1, 'infinity'))
    ));
  end if;

  return query select v_views, false, jsonb_build_object(
    'entity_type', v_entity.entity_type,
    'entity_id', v_entity.entity_id,
    'date', case when v_to < v_last then v_to end
  );
end
$$;

-- Recompute the rollups of these dates (NULL: no bound) from raw page views, in one transaction.
-- Returns how many page views were read. On a large table prefer the client or the CLI: they commit every step.
create or replace function :schema.aggregate_page_views(p_start_date date, p_end_date date) returns bigint
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
    v_views := v_views + v_step.page_views;
    exit when v_step.done;
    v_after := v_step.after;
  end loop;
  return v_views;
end
$$;
