-- Erasing an entity, and giving its page views to another one.

-- What is pending of these entities?
create or replace function :schema.changes_of_entities(p_entities :schema.entity_key[]) returns :schema.page_view_changes[]
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select array(
    select q from :schema.page_view_changes q
    where q.sign <> 0 and (q.entity_type, q.entity_id) in (select e.entity_type, e.entity_id from unnest(p_entities) e)
    order by q.change_id
  );
end;

-- Fail when this is the entity_type of a group, whose rollups follow from those of what belongs to it.
create or replace function :schema.refuse_group(p_entity_type text) returns void
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  if :schema.is_group_type(p_entity_type) then
    raise exception '% is no entity_type of page views: those that begin with headcount: stand for owners, types and the site', p_entity_type
      using errcode = 'invalid_parameter_value';
  end if;
end
$$;

-- Which page views are about this entity?
create or replace function :schema.instants_of_entity(p_entity_type text, p_entity_id :entity_id_type) returns table (viewed_at timestamptz)
language sql stable
begin atomic
  select coalesce(pv.viewed_at, '-infinity') from :page_view_rows pv
  where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
  union all
  select coalesce(pv.viewed_at, '-infinity') from :page_view_rows pv
  where p_entity_id = :no_entity and pv.entity_type = p_entity_type and pv.entity_id is null;
end;

-- How many page views are about this entity, and how many do the rollups hold that page views do not?
create or replace function :schema.count_entity(
  p_entity_type text, p_entity_id :entity_id_type, out page_views bigint, out stored_views bigint
)
language sql stable
begin atomic
  select
    v.page_views,
    greatest(
      (
        select coalesce(sum(d.views), 0) from :schema.analytics_days d
        where d.entity_type = p_entity_type and d.entity_id = p_entity_id
      ) - v.counted + (
        select coalesce(sum(q.sign), 0) from :schema.page_view_changes q
        where q.entity_type = p_entity_type and q.entity_id = p_entity_id
      ),
      0
    )::bigint
  from (
    select
      count(*) as page_views,
      count(*) filter (where :schema.is_counted(p_entity_type, p_entity_id, null, null, null, i.viewed_at)) as counted
    from :schema.instants_of_entity(p_entity_type, p_entity_id) i
  ) v;
end;

-- Erase about p_limit page views of this entity; behind the last one, all that is stored of it. Says how many were erased, and
-- whether this was the last step.
create or replace function :schema.erase_entity_step(
  p_entity_type text, p_entity_id :entity_id_type, p_limit integer, p_receipt uuid, p_actor text,
  out erased bigint, out done boolean
)
language plpgsql
:settings_of_writers
set enable_seqscan = off
as $$
declare
  v_until timestamptz;
  v_time_zone text := (select z.time_zone from :schema.reporting_zone() z);
  v_session_ids :session_id_type[];
  v_left boolean := false;
begin
  perform :schema.refuse_group(p_entity_type);
  perform :schema.begin_erasing();
  select i.viewed_at into v_until
  from :schema.instants_of_entity(p_entity_type, p_entity_id) i
  order by i.viewed_at
  offset p_limit - 1 limit 1;
  delete from :page_views
  where :entity_type_value = p_entity_type
    and (:entity_id_value = p_entity_id or (p_entity_id = :no_entity and :entity_id_value is null))
    and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit;
  get diagnostics erased = row_count;
  done := v_until is null;

  perform :schema.fold_at_once(
    :schema.changes_of_entities(array[row(p_entity_type, p_entity_id):::schema.entity_key])
  );
  if done then
    -- what is left had page views that are gone: so had the sessions that entered here
    v_session_ids := array(
      select s.session_id from :schema.visitor_sessions s
      where :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at)
          between :schema.entity_date_key(p_entity_type, p_entity_id, '-infinity')
          and :schema.entity_date_key(p_entity_type, p_entity_id, 'infinity')
        and s.total_views > 0
        and s.entry_entity_id is not distinct from p_entity_id and s.entry_entity_type is not distinct from p_entity_type
      order by s.session_id
    );
    if v_session_ids <> '{}' then
      perform :schema.seal_stored_sessions(v_session_ids, -1);
      perform :schema.read_sessions(
        v_session_ids[1], v_session_ids[cardinality(v_session_ids)], v_session_ids, true, v_time_zone
      );
      perform :schema.seal_stored_sessions(v_session_ids, 1);
    end if;
    perform :schema.unseal_entity(p_entity_type, p_entity_id);
    v_left := exists (
      select 1 from :schema.analytics_days d where d.entity_type = p_entity_type and d.entity_id = p_entity_id
    );
    perform :schema.empty_entities(p_entity_type, p_entity_id, p_entity_id, null);
    delete from :schema.analytics_pruned_bounds b where b.entity_type = p_entity_type and b.entity_id = p_entity_id;
    delete from :schema.analytics_milestones m where m.entity_type = p_entity_type and m.entity_id = p_entity_id;
    delete from :schema.set_aside_changes c where c.entity_type = p_entity_type and c.entity_id = p_entity_id;
    perform :schema.count_entities_again(p_entity_type, p_entity_id, p_entity_id, null);
  end if;
  if erased > 0 or v_left then
    perform :schema.note_audit(
      'erase_entity', jsonb_build_object('entity_type', p_entity_type, 'entity_id', nullif(p_entity_id, :no_entity)::text),
      erased, p_receipt, p_actor
    );
  end if;
end
$$;

-- Give about p_limit page views of one entity to another, with the milestones that were reached. Says how many were given, and whether this was the last
-- step. Fails where page views are gone: what the rollups have of them belongs to no view any more.
create or replace function :schema.move_entity_step(
  p_entity_type text, p_entity_id :entity_id_type, p_new_entity_type text, p_new_entity_id :entity_id_type,
  p_limit integer, p_receipt uuid, p_actor text,
  out moved bigint, out done boolean
)
language plpgsql
:settings_of_writers
set enable_seqscan = off
as $$
declare
  v_until timestamptz;
  v_stored_views bigint;
begin
  perform :schema.refuse_group(p_entity_type);
  perform :schema.refuse_group(p_new_entity_type);
  perform :schema.begin_erasing();
  select c.stored_views into v_stored_views from :schema.count_entity(p_entity_type, p_entity_id) c;
  if v_stored_views > 0 then
    raise exception '% has no more % of the views that are counted of % %', :'page_views'::regclass, v_stored_views,
      p_entity_type, nullif(p_entity_id, :no_entity)
      using errcode = 'object_not_in_prerequisite_state',
        hint = 'What page views no longer hold cannot be given to another entity. Leave it where it is, or erase it.';
  end if;

  select i.viewed_at into v_until
  from :schema.instants_of_entity(p_entity_type, p_entity_id) i
  order by i.viewed_at
  offset p_limit - 1 limit 1;
  update :page_views set
    :entity_type_column = p_new_entity_type:::written_entity_type,
    :entity_id_column = nullif(p_new_entity_id, :no_entity):::written_entity_id
  where :entity_type_value = p_entity_type
    and (:entity_id_value = p_entity_id or (p_entity_id = :no_entity and :entity_id_value is null))
    and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit;
  get diagnostics moved = row_count;
  done := v_until is null;

  -- first, or those that both have reached would be noted once more
  insert into :schema.analytics_milestones (
    threshold, value, reached_at, leased_until, acknowledged_at, measure, entity_id, entity_type
  )
  select m.threshold, m.value, m.reached_at, m.leased_until, m.acknowledged_at, m.measure, p_new_entity_id, p_new_entity_type
  from :schema.analytics_milestones m
  where m.entity_type = p_entity_type and m.entity_id = p_entity_id
  on conflict (entity_type, entity_id, measure, threshold) do nothing;
  delete from :schema.analytics_milestones m where m.entity_type = p_entity_type and m.entity_id = p_entity_id;

  perform :schema.fold_at_once(
    :schema.changes_of_entities(array[
      row(p_entity_type, p_entity_id):::schema.entity_key, row(p_new_entity_type, p_new_entity_id):::schema.entity_key
    ])
  );
  if moved > 0 then
    perform :schema.note_audit(
      'move_entity',
      jsonb_build_object(
        'entity_type', p_entity_type, 'entity_id', nullif(p_entity_id, :no_entity)::text,
        'new_entity_type', p_new_entity_type, 'new_entity_id', nullif(p_new_entity_id, :no_entity)::text
      ),
      moved, p_receipt, p_actor
    );
  end if;
end
$$;
