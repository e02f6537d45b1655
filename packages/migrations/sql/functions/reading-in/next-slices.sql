-- Going through all sessions and all entities in the order of their indexes, a bounded number of page views at a time.
-- What has no page views any more is still known from what is stored. No entity comes first: its value is the least.

-- The entities of the tables that hold an entity's rollups, as often as they have rows.
create or replace function :schema.rolled_up_entities() returns setof :schema.entity_key
language sql stable
begin atomic
  select d.entity_type, d.entity_id from :schema.analytics_days d
  union all
  select h.entity_type, h.entity_id from :schema.analytics_hours h
  union all
  select v.entity_type, v.entity_id from :schema.analytics_entity_visitors v
  union all
  select d.entity_type, d.entity_id from :schema.analytics_visitor_days d
  union all
  select r.entity_type, r.entity_id from :schema.analytics_visitor_returns r
  union all
  select w.entity_type, w.entity_id from :schema.analytics_visitor_return_weeks w
  union all
  select e.entity_type, e.entity_id from :schema.analytics_entities e;
end;

-- The entity_types that the rollups have, those of groups included. Each is found behind the one before it, however many rows have it.
create or replace function :schema.rolled_up_types() returns table (entity_type text)
language sql stable
begin atomic
  with recursive types as (
    (select r.entity_type from :schema.rolled_up_entities() r order by r.entity_type limit 1)
    union all
    select (
      select r.entity_type from :schema.rolled_up_entities() r where r.entity_type > t.entity_type order by r.entity_type limit 1
    )
    from types t
    where t.entity_type is not null
  )
  select t.entity_type from types t where t.entity_type is not null;
end;

-- Which is the first, in page views or in rollups? Groups are gone through by themselves: see next_groups.
create or replace function :schema.first_entity() returns setof :schema.entity_key
language sql stable
begin atomic
  select c.entity_type::text, c.entity_id
  from (
    (select
        t.entity_type,
        case
          when exists (select 1 from :page_view_rows pv where pv.entity_type = t.entity_type and pv.entity_id is null) then :no_entity
          else t.entity_id:::entity_id_type
        end as entity_id
      from (
        select pv.entity_type, pv.entity_id from :page_view_rows pv
        where pv.entity_type is not null and not :schema.is_group_type(pv.entity_type)
        order by pv.entity_type, pv.entity_id limit 1
      ) t)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type = (select min(t.entity_type) from :schema.rolled_up_types() t where not :schema.is_group_type(t.entity_type))
      order by r.entity_id limit 1)
  ) c
  order by c.entity_type, c.entity_id
  limit 1;
end;

-- Which one follows this one? Another type is looked for where its own has no more: of an enum, which no index has as text, that
-- reads all page views.
create or replace function :schema.next_entity(p_entity_type text, p_entity_id :entity_id_type) returns setof :schema.entity_key
language sql stable
begin atomic
  with of_type as materialized (
    (select pv.entity_id:::entity_id_type as entity_id from :page_view_rows pv
      where pv.entity_type = p_entity_type and pv.entity_id > p_entity_id
      order by pv.entity_id limit 1)
    union all
    (select r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type = p_entity_type and r.entity_id > p_entity_id
      order by r.entity_id limit 1)
  )
  select c.entity_type::text, c.entity_id
  from (
    select p_entity_type as entity_type, t.entity_id from of_type t
    union all
    (select
        t.entity_type,
        case
          when exists (select 1 from :page_view_rows pv where pv.entity_type = t.entity_type and pv.entity_id is null) then :no_entity
          else t.entity_id:::entity_id_type
        end
      from (
        select pv.entity_type, pv.entity_id from :page_view_rows pv
        where pv.entity_type > p_entity_type and not exists (select 1 from of_type) and not :schema.is_group_type(pv.entity_type)
        order by pv.entity_type, pv.entity_id limit 1
      ) t)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type = (
          select min(t.entity_type) from :schema.rolled_up_types() t
          where t.entity_type > p_entity_type and not :schema.is_group_type(t.entity_type)
        )
        and not exists (select 1 from of_type)
      order by r.entity_id limit 1)
  ) c
  order by c.entity_type, c.entity_id
  limit 1;
end;

-- Which entities of one type come after this one with together about p_limit page views? NULL when nothing comes after it.
create or replace function :schema.next_entities(p_after :schema.entity_key, p_limit integer) returns :schema.entity_slice
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
-- what is stored is often less than the planner thinks, and it would read and sort all of it
set enable_seqscan = off
set enable_sort = off
set enable_bitmapscan = off
as $$
declare
  v_next :schema.entity_slice;
begin
  if (p_after).entity_type is null then
    select f.entity_type, f.entity_id, f.entity_id into v_next from :schema.first_entity() f;
  else
    select n.entity_type, n.entity_id, n.entity_id into v_next
    from :schema.next_entity((p_after).entity_type, (p_after).entity_id) n;
  end if;
  if v_next.entity_type is null or v_next.first_id = :no_entity then
    return case when v_next.entity_type is not null then v_next end;
  end if;

  select coalesce(
    least(
      (select pv.entity_id:::entity_id_type from :page_view_rows pv
        where pv.entity_type = v_next.entity_type and pv.entity_id >= v_next.first_id
        order by pv.entity_id offset p_limit limit 1),
      (select d.entity_id from :schema.analytics_days d
        where d.entity_type = v_next.entity_type and d.entity_id >= v_next.first_id
        order by d.entity_id offset p_limit limit 1)
    ),
    greatest(
      (select pv.entity_id:::entity_id_type from :page_view_rows pv
        where pv.entity_type = v_next.entity_type and pv.entity_id is not null
        order by pv.entity_id desc limit 1),
      (select r.entity_id from :schema.rolled_up_entities() r
        where r.entity_type = v_next.entity_type
        order by r.entity_id desc limit 1)
    )
  ) into v_next.last_id;
  return v_next;
end
$$;

-- Which sessions come after this one with together about p_limit page views? NULL when nothing comes after it.
create or replace function :schema.next_sessions(
  p_after :session_id_type, p_limit integer, out first_id :session_id_type, out last_id :session_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
-- what is stored is often less than the planner thinks, and it would read and sort all of it
set enable_seqscan = off
set enable_sort = off
set enable_bitmapscan = off
as $$
begin
  select least(
    (select pv.session_id:::session_id_type from :page_view_rows pv
      where pv.session_id is not null and (p_after is null or pv.session_id > p_after)
      order by pv.session_id limit 1),
    (select s.session_id from :schema.visitor_sessions s
      where p_after is null or s.session_id > p_after
      order by s.session_id limit 1)
  ) into first_id;
  if first_id is null then
    return;
  end if;
  select coalesce(
    least(
      (select pv.session_id:::session_id_type from :page_view_rows pv
        where pv.session_id is not null and pv.session_id >= first_id
        order by pv.session_id offset p_limit limit 1),
      (select s.session_id from :schema.visitor_sessions s
        where s.session_id >= first_id
        order by s.session_id offset p_limit limit 1)
    ),
    greatest(
      (select pv.session_id:::session_id_type from :page_view_rows pv
        where pv.session_id is not null
        order by pv.session_id desc limit 1),
      (select s.session_id from :schema.visitor_sessions s order by s.session_id desc limit 1)
    )
  ) into last_id;
end
$$;
