-- Levels: what is counted besides entities, each visitor once. A group, as an owner, is an entity of its own in the queue and the rollups, with
-- an entity_type that no page view may have; so everything that works on entities works on groups.
--
--   owner  entity_type = 'headcount:owner'           entity_id = the owner's
--   type   entity_type = 'headcount:type:' || type   entity_id = that of no entity
--   site   entity_type = 'headcount:site'            entity_id = that of no entity

-- As which entity is this owner counted? NULL when its id cannot be that of an entity.
create or replace function :schema.owner_entity(p_owner_id :owner_id_type) returns :entity_id_type
language sql immutable parallel safe
begin atomic
  select :owner_key_of_argument;
end;

-- Is this the entity_type of a group?
create or replace function :schema.is_group_type(p_entity_type text) returns boolean
language sql immutable parallel safe
begin atomic
  select starts_with(p_entity_type, 'headcount:');
end;

-- To which groups of these levels does a page view belong?
create or replace function :schema.groups_of(p_entity_type text, p_owner_id :entity_id_type, p_levels text[])
returns table (entity_type text, entity_id :entity_id_type)
language sql immutable parallel safe
begin atomic
  select 'headcount:owner', p_owner_id where 'owner' = any (p_levels) and p_owner_id is not null
  union all
  select 'headcount:type:' || p_entity_type, :no_entity where 'type' = any (p_levels)
  union all
  select 'headcount:site', :no_entity where 'site' = any (p_levels);
end;

-- Does a page view belong to this group?
create or replace function :schema.is_of_group(
  p_group_type text, p_group_id :entity_id_type, p_entity_type text, p_owner_id :entity_id_type
) returns boolean
language sql immutable parallel safe
begin atomic
  select case p_group_type
    when 'headcount:site' then true
    when 'headcount:owner' then p_owner_id = p_group_id
    else p_group_type = 'headcount:type:' || p_entity_type
  end;
end;

-- Which levels are captured? Those that are kept, and those that are being added.
create or replace function :schema.captured_levels() returns text[]
language sql stable
begin atomic
  select s.levels || array(
    select p.key from jsonb_each(s.level_positions) p where p.value ->> 'phase' <> 'removing' order by p.key
  )
  from :schema.analytics_settings s
  limit 1;
end;

-- Are owners captured, and so known of sessions?
create or replace function :schema.keeps_owners() returns boolean
language sql stable
begin atomic
  select 'owner' = any (s.levels) or coalesce(s.level_positions -> 'owner' ->> 'phase' <> 'removing', false)
  from :schema.analytics_settings s
  limit 1;
end;

-- Is anything counted besides entities?
create or replace function :schema.has_levels() returns boolean
language sql stable
begin atomic
  select s.levels <> '{}' or s.level_positions <> '{}' from :schema.analytics_settings s limit 1;
end;

-- Do the rollups hold this group? While its level is being added they hold those that were read in already: of others, page views have all
-- that is captured, and it is read in with them.
create or replace function :schema.is_kept_group(
  p_entity_type text, p_entity_id :entity_id_type, p_levels text[], p_positions jsonb
) returns boolean
language sql immutable parallel safe
begin atomic
  select coalesce(
    case p_entity_type
      when 'headcount:site' then 'site' = any (p_levels)
      when 'headcount:owner' then 'owner' = any (p_levels) or p_entity_id <= (p_positions -> 'owner' ->> 'entity_id'):::entity_id_type
      else 'type' = any (p_levels) or substr(p_entity_type, 16) <= p_positions -> 'type' ->> 'entity_type'
    end,
    false
  );
end;

-- Which of these changes are of groups that the rollups do not hold?
create or replace function :schema.changes_not_kept(p_changes :schema.page_view_changes[]) returns :schema.page_view_changes[]
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select array(
    select c
    from :schema.analytics_settings s
    cross join unnest(p_changes) c
    where c.is_group and not :schema.is_kept_group(c.entity_type, c.entity_id, s.levels, s.level_positions)
  );
end;

-- These entries without those of groups that the rollups do not hold.
create or replace function :schema.kept_entries(p_entries :schema.entry_delta[]) returns :schema.entry_delta[]
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select array(
    select e
    from :schema.analytics_settings s
    cross join unnest(p_entries) e
    where not :schema.is_group_type(e.entity_type)
      or :schema.is_kept_group(e.entity_type, e.entity_id, s.levels, s.level_positions)
  );
end;

-- These changes without those of groups: sessions are moved by what was viewed.
create or replace function :schema.changes_of_views(p_changes :schema.page_view_changes[]) returns :schema.page_view_changes[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if not :schema.has_levels() then
    return p_changes;
  end if;
  return array(select c from unnest(p_changes) c where c.is_group is null);
end
$$;

-- Which page views have these groups, of one level, from the first id to the last, both included; of these those of p_ids, when given?
create or replace function :schema.page_views_of_groups(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[]
) returns table (
  entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type,
  viewed_at timestamptz, time_on_page integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if p_entity_type = 'headcount:owner' then
    return query
    select
      pv.owner_id, pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, pv.viewed_at,
      :schema.counted_time(pv.time_on_page)
    from :page_view_rows pv
    where pv.owner_id between p_first_id and p_last_id and (p_ids is null or pv.owner_id = any (p_ids))
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at);
  elsif p_entity_type = 'headcount:site' then
    return query
    select
      :no_entity, pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, pv.viewed_at,
      :schema.counted_time(pv.time_on_page)
    from :page_view_rows pv
    where :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at);
  elsif :schema.is_group_type(p_entity_type) then
    return query
    select
      :no_entity, pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, pv.viewed_at,
      :schema.counted_time(pv.time_on_page)
    from :page_view_rows pv
    where pv.entity_type = substr(p_entity_type, 16)
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at);
  end if;
end
$$;

-- Which page views of this group has this visitor on these dates? See page_views_of_visitor.
create or replace function :schema.page_views_of_visitor_in_group(
  p_group_type text, p_group_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type,
  p_start_date date, p_end_date date, p_time_zone text
) returns table (
  viewed_at timestamptz, local_time timestamp, time_on_page integer, source_no integer, device_no integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  v_earliest timestamptz := p_start_date::timestamp at time zone p_time_zone - interval '1 day';
  v_until timestamptz := p_end_date::timestamp at time zone p_time_zone + interval '2 days';
begin
  return query
  select v.viewed_at, v.viewed_at at time zone p_time_zone, :schema.counted_time(v.time_on_page), v.source_no, v.device_no
  from (
    select
      pv.entity_type, pv.entity_id, pv.owner_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at, pv.time_on_page, pv.source_no,
      pv.device_no
    from :page_view_rows pv
    where p_kind = 'a' and pv.account_id = p_visitor_id:::account_id_type
    union all
    select
      pv.entity_type, pv.entity_id, pv.owner_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at, pv.time_on_page, pv.source_no,
      pv.device_no
    from :page_view_rows pv
    where p_kind = 's' and pv.session_id = p_visitor_id:::session_id_type and pv.account_id is null and pv.visitor_id is null
    union all
    select
      pv.entity_type, pv.entity_id, pv.owner_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at, pv.time_on_page, pv.source_no,
      pv.device_no
    from :page_view_rows pv
    where p_kind = 'v' and pv.visitor_id = p_visitor_id:::session_id_type and pv.account_id is null
  ) v
  where v.viewed_at >= v_earliest and v.viewed_at < v_until
    and (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
    and :schema.is_of_group(p_group_type, p_group_id, v.entity_type, v.owner_id)
    and :schema.why_left_out(v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at) is null;
end
$$;

-- When did the sessions begin that entered at these groups, of one level, and did they bounce?
create or replace function :schema.sessions_entered_at_groups(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_ids :entity_id_type[]
) returns table (entity_id :entity_id_type, first_seen_at timestamptz, is_bounce boolean)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if p_entity_type = 'headcount:owner' then
    return query
    select s.entry_owner_id, s.first_seen_at, :schema.is_bounce(s.total_views, s.time_total)
    from :schema.visitor_sessions s
    where s.entry_owner_id between p_first_id and p_last_id and (p_ids is null or s.entry_owner_id = any (p_ids)) and s.total_views > 0;
  elsif :schema.is_group_type(p_entity_type) then
    return query
    select :no_entity, s.first_seen_at, :schema.is_bounce(s.total_views, s.time_total)
    from :schema.visitor_sessions s
    where (p_entity_type = 'headcount:site' or 'headcount:type:' || s.entry_entity_type = p_entity_type) and s.total_views > 0;
  end if;
end
$$;

-- Which page views of this group began between two instants?
create or replace function :schema.page_views_of_group_between(
  p_group_type text, p_group_id :entity_id_type, p_since timestamptz, p_until timestamptz
) returns table (
  account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type, viewed_at timestamptz, time_on_page bigint,
  source_no integer, device_no integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  if p_group_type = 'headcount:owner' then
    return query
    select
      v.account_id:::account_id_type, v.session_id:::session_id_type, v.visitor_id:::session_id_type, v.viewed_at, v.time_on_page::bigint,
      v.source_no, v.device_no
    from :page_view_rows v
    where v.owner_id = p_group_id and v.viewed_at >= p_since and v.viewed_at < p_until
      and :schema.is_counted(v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at);
  else
    return query
    select
      v.account_id:::account_id_type, v.session_id:::session_id_type, v.visitor_id:::session_id_type, v.viewed_at, v.time_on_page::bigint,
      v.source_no, v.device_no
    from :page_view_rows v
    where :schema.is_of_group(p_group_type, p_group_id, v.entity_type, v.owner_id) and v.viewed_at >= p_since and v.viewed_at < p_until
      and :schema.is_counted(v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at);
  end if;
end
$$;

-- When were the first p_limit views of this group, or the latest?
create or replace function :schema.views_of_group(
  p_group_type text, p_group_id :entity_id_type, p_limit bigint, p_latest boolean
) returns table (viewed_at timestamptz)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set enable_sort = off
as $$
#variable_conflict use_column
begin
  if p_group_type = 'headcount:owner' and p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.owner_id = p_group_id
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    order by pv.viewed_at desc limit p_limit;
  elsif p_group_type = 'headcount:owner' then
    return query
    select pv.viewed_at from :page_view_rows pv
    where pv.owner_id = p_group_id
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    order by pv.viewed_at limit p_limit;
  elsif p_latest then
    return query
    select pv.viewed_at from :page_view_rows pv
    where :schema.is_of_group(p_group_type, p_group_id, pv.entity_type, pv.owner_id)
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    order by pv.viewed_at desc limit p_limit;
  else
    return query
    select pv.viewed_at from :page_view_rows pv
    where :schema.is_of_group(p_group_type, p_group_id, pv.entity_type, pv.owner_id)
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    order by pv.viewed_at limit p_limit;
  end if;
end
$$;
