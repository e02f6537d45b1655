-- Erasing an entity on Citus: its page views are in one shard. What that does to sessions of all slices is folded like all else.

-- How many page views are about this entity, and how many do the rollups hold that page views do not? Its shard answers by one statement.
create or replace function :schema.count_entity(
  p_entity_type text, p_entity_id :entity_id_type, out page_views bigint, out stored_views bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  select coalesce(sum(v.page_views), 0), greatest(coalesce(sum(v.stored_views), 0), 0) into page_views, stored_views
  from (
    select
      1 as page_views,
      case when :schema.why_left_out(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at) is null
        then -1 else 0
      end as stored_views
    from :page_view_rows pv
    where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
    union all
    select 0, q.sign::integer from :schema.page_view_changes q where q.entity_type = p_entity_type and q.entity_id = p_entity_id
    union all
    select 0, d.views from :schema.analytics_days d where d.entity_type = p_entity_type and d.entity_id = p_entity_id
  ) v;
end
$$;

-- Erase about p_limit page views of this entity. Says how many were erased, and whether this was the last step. Fails where page views are gone of what
-- is counted: the sessions in which they were are in all slices, and nothing says which.
create or replace function :schema.erase_entity_step(
  p_entity_type text, p_entity_id :entity_id_type, p_limit integer, p_receipt uuid, p_actor text,
  out erased bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_until timestamptz;
  v_stored_views bigint;
begin
  perform :schema.refuse_group(p_entity_type);
  perform :schema.refuse_hidden_rows();
  select c.stored_views into v_stored_views from :schema.count_entity(p_entity_type, p_entity_id) c;
  if v_stored_views > 0 then
    raise exception '% has no more % of the views that are counted of % %', :'page_views'::regclass, v_stored_views, p_entity_type, p_entity_id
      using errcode = 'object_not_in_prerequisite_state', hint = 'Let the rollups be what page views say first, by a rebuild';
  end if;
  select coalesce(pv.viewed_at, '-infinity') into v_until
  from :page_view_rows pv
  where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
  order by 1
  offset p_limit - 1 limit 1;
  delete from :page_views
  where :entity_type_value = p_entity_type and :entity_id_value = p_entity_id
    and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit;
  get diagnostics erased = row_count;
  done := v_until is null;
  if done then
    -- in all shards: the slice of a session sets aside what it cannot apply, too
    delete from :schema.set_aside_changes c where c.entity_type = p_entity_type and c.entity_id is not distinct from p_entity_id;
    delete from :schema.analytics_milestones m where m.entity_type = p_entity_type and m.entity_id = p_entity_id;
  end if;
  if erased > 0 then
    insert into :schema.analytics_audit (action, subject, views, receipt, actor)
    values (
      'erase_entity', jsonb_build_object('entity_type', p_entity_type, 'entity_id', p_entity_id::text), erased, p_receipt, p_actor
    );
  end if;
end
$$;
