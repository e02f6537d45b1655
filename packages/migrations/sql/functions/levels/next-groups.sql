-- Going through all groups of some levels, a bounded number of page views at a time: see next_entities. First owners in the order of their ids,
-- then the site, then the types.

-- Which groups of these levels come after this one with together about p_limit page views? NULL when nothing comes after it. What has no page
-- views any more is still known from what is stored, what has lost them just now from the queue, and what has lost them before its sessions
-- were told from the sessions that entered there: once their entries are taken away, the group has to have had them.
create or replace function :schema.next_groups(p_after :schema.entity_key, p_limit integer, p_levels text[]) returns :schema.entity_slice
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
-- what is stored is often less than the planner thinks, and it would read and sort all of it
set enable_seqscan = off
set enable_sort = off
set enable_bitmapscan = off
as $$
declare
  v_after_type text := (p_after).entity_type;
  v_after_id :entity_id_type := coalesce((p_after).entity_id, :no_entity);
  v_type text;
  v_next :schema.entity_slice;
begin
  if 'owner' = any (p_levels) and coalesce(v_after_type, 'headcount:owner') = 'headcount:owner' then
    v_next.first_id := least(
      (select pv.owner_id from :page_view_rows pv where pv.owner_id > v_after_id order by pv.owner_id limit 1),
      (select r.entity_id from :schema.rolled_up_entities() r
        where r.entity_type = 'headcount:owner' and r.entity_id > v_after_id
        order by r.entity_id limit 1),
      (select q.entity_id from :schema.page_view_changes q
        where q.is_group and q.entity_type = 'headcount:owner' and q.entity_id > v_after_id
        order by q.entity_id limit 1),
      (select s.entry_owner_id from :schema.visitor_sessions s where s.entry_owner_id > v_after_id order by s.entry_owner_id limit 1)
    );
    if v_next.first_id is not null then
      v_next.entity_type := 'headcount:owner';
      v_next.last_id := coalesce(
        least(
          (select pv.owner_id from :page_view_rows pv where pv.owner_id >= v_next.first_id order by pv.owner_id offset p_limit limit 1),
          (select d.entity_id from :schema.analytics_days d
            where d.entity_type = 'headcount:owner' and d.entity_id >= v_next.first_id
            order by d.entity_id offset p_limit limit 1)
        ),
        greatest(
          (select pv.owner_id from :page_view_rows pv where pv.owner_id is not null order by pv.owner_id desc limit 1),
          (select r.entity_id from :schema.rolled_up_entities() r
            where r.entity_type = 'headcount:owner'
            order by r.entity_id desc limit 1),
          (select q.entity_id from :schema.page_view_changes q
            where q.is_group and q.entity_type = 'headcount:owner'
            order by q.entity_id desc limit 1),
          (select s.entry_owner_id from :schema.visitor_sessions s where s.entry_owner_id is not null order by s.entry_owner_id desc limit 1)
        )
      );
      return v_next;
    end if;
  end if;

  if 'site' = any (p_levels) and coalesce(v_after_type, 'headcount:owner') = 'headcount:owner' then
    return row('headcount:site', :no_entity, :no_entity):::schema.entity_slice;
  end if;

  if 'type' = any (p_levels) then
    v_after_type := case when starts_with(v_after_type, 'headcount:type:') then substr(v_after_type, 16) end;
    select min(t.entity_type) into v_type
    from (
      (select pv.entity_type::text as entity_type from :page_view_rows pv
        where pv.entity_type is not null and (v_after_type is null or pv.entity_type > v_after_type)
          and not :schema.is_group_type(pv.entity_type)
        order by pv.entity_type limit 1)
      union all
      select case when starts_with(r.entity_type, 'headcount:type:') then substr(r.entity_type, 16) else r.entity_type end
      from :schema.rolled_up_types() r
      where starts_with(r.entity_type, 'headcount:type:') or not :schema.is_group_type(r.entity_type)
      union all
      select substr(q.entity_type, 16) from :schema.page_view_changes q where q.is_group and starts_with(q.entity_type, 'headcount:type:')
    ) t
    where v_after_type is null or t.entity_type > v_after_type;
    if v_type is not null then
      return row('headcount:type:' || v_type, :no_entity, :no_entity):::schema.entity_slice;
    end if;
  end if;
  return null;
end
$$;

-- Which entities, and behind the last one which groups of these levels, come after this one with together about p_limit page views?
create or replace function :schema.next_slice(p_after :schema.entity_key, p_limit integer, p_levels text[]) returns :schema.entity_slice
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_next :schema.entity_slice;
  v_is_group boolean := coalesce(:schema.is_group_type((p_after).entity_type), false);
begin
  if not v_is_group then
    v_next := :schema.next_entities(p_after, p_limit);
  end if;
  if v_next.entity_type is null and p_levels <> '{}' then
    v_next := :schema.next_groups(case when v_is_group then p_after end, p_limit, p_levels);
  end if;
  return v_next;
end
$$;
