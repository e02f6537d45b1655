-- Verifying on Citus: each slice on its server, one after the other. No snapshot is of all servers. So a slice is held while it is compared: it neither
-- fetches nor folds sessions, and what others have handed on through what it has fetched stays the same, whatever they do. They answer by one
-- statement of each shard.

-- How many sessions entered at these entities, at which hours, and how many of them bounced, as shards have handed on to this slice through these numbers?
create or replace function :schema.fetched_entries(
  p_slice integer, p_entity_type text, p_entity_ids :entity_id_type[], p_time_zone text, p_through jsonb
) returns table (entity_id :entity_id_type, date date, hour smallint, entries bigint, bounces bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select e.entity_id, e.date, e.hour, sum(e.entries)::bigint, sum(e.bounces)::bigint
  from (
    select
      s.slice_key, s.entry_entity_id as entity_id, (s.first_seen_at at time zone p_time_zone)::date as date,
      extract(hour from s.first_seen_at at time zone p_time_zone)::smallint as hour, 1 as entries,
      (s.total_views = 1 and s.time_total < 10)::integer as bounces
    from unnest(p_entity_ids) k (entity_id)
    join :schema.visitor_sessions s
      -- as its index has it
      on (
        (:entity_id_hash(s.entry_entity_id, hashtextextended(s.entry_entity_type, 0)) << 32)
          | ((s.first_seen_at at time zone 'UTC')::date - date '0001-01-01')::bigint
      ) between :entity_id_hash(k.entity_id, hashtextextended(p_entity_type, 0)) << 32
        and :entity_id_hash(k.entity_id, hashtextextended(p_entity_type, 0)) << 32 | 4294967295
    where s.total_views > 0 and s.entry_entity_id = k.entity_id and s.entry_entity_type = p_entity_type
    union all
    select o.slice_key, o.entity_id, o.date, o.hour, -o.entries, -o.bounces
    from :schema.outgoing_entries o
    where o.for_slice = p_slice and o.entity_type = p_entity_type and o.entity_id = any (p_entity_ids)
      and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.slice_key)::text)::bigint, 0)
  ) e
  group by e.entity_id, e.date, e.hour
  having sum(e.entries) <> 0 or sum(e.bounces) <> 0;
end
$$;

-- Which page views of sessions of this slice, from the first id to the last, have shards handed on through these numbers? Written anew, like all that
-- verifies, and not as fetched_views has it.
create or replace function :schema.fetched_views_between(
  p_slice integer, p_first_id :session_id_type, p_last_id :session_id_type, p_through jsonb
) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, account_id :account_id_type, viewed_at timestamptz,
  time_on_page bigint, views integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select v.session_id, v.entity_type, v.entity_id, v.account_id, v.viewed_at, v.time_on_page, sum(v.views)::integer
  from (
    -- in the order that fetched_views explains
    select
      pv.entity_type::text as entity_type, pv.entity_id, pv.session_id:::session_id_type as session_id,
      pv.account_id:::account_id_type as account_id, pv.viewed_at,
      case when pv.time_on_page >= 0 and pv.time_on_page < 2147483648 then pv.time_on_page::bigint end as time_on_page, 1 as views
    from :page_view_rows pv
    where pv.session_id between p_first_id and p_last_id and pv.entity_type not like 'headcount:%'
      and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
      and octet_length(pv.entity_type)
        + case :'entity_id_type' when 'text' then coalesce(octet_length(pv.entity_id::text), 0) else 0 end
        + case :'account_id_type' when 'text' then coalesce(octet_length(pv.account_id::text), 0) else 0 end
        + case :'session_id_type' when 'text' then octet_length(pv.session_id::text) else 0 end
        + case :'session_id_type' when 'text' then coalesce(octet_length(pv.visitor_id::text), 0) else 0 end <= :max_id_bytes
    union all
    select q.entity_type, q.entity_id, q.session_id, q.account_id, q.viewed_at, q.time_on_page::bigint, -q.sign::integer
    from :schema.page_view_changes q
    where q.session_id between p_first_id and p_last_id
    union all
    select o.entity_type, o.entity_id, o.session_id, o.account_id, o.viewed_at, o.time_on_page::bigint, -o.sign::integer
    from :schema.outgoing_changes o
    where o.for_slice = p_slice and o.session_id between p_first_id and p_last_id
      and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.entity_id)::text)::bigint, 0)
  ) v
  where :schema.slice_of_session(v.session_id) = p_slice
  group by v.session_id, v.entity_type, v.entity_id, v.account_id, v.viewed_at, v.time_on_page
  having sum(v.views) <> 0;
end
$$;

-- Which sessions of this slice come after this one in page views of all shards? Each as often as it has some.
create or replace function :schema.sessions_with_views(p_slice integer, p_after :session_id_type, p_limit integer)
returns table (session_id :session_id_type)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select pv.session_id:::session_id_type
  from :page_view_rows pv
  where pv.session_id is not null and (p_after is null or pv.session_id > p_after)
    and :schema.slice_of_session(pv.session_id:::session_id_type) = p_slice
  order by 1
  limit p_limit;
end
$$;

-- One step of verifying a slice of this server, as one Postgres has it. NULL when its shard has moved away.
create or replace function :schema.verify_slice(
  p_slice integer, p_after jsonb, p_limit integer, p_most integer, p_share double precision, p_seed bigint
) returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_step jsonb;
begin
  if not :schema.hold_slice(p_slice) then
    return null;
  end if;
  -- before the snapshot of what is compared
  execute format('select %I.hold_sessions()', :schema.schema_of_slice(p_slice));
  execute format('select to_jsonb(s) from %I.verify_rollups_step($1, $2, $3, $4, $5) s', :schema.schema_of_slice(p_slice))
  into v_step using p_after, p_limit, p_most, p_share, p_seed;
  return v_step;
end
$$;

-- One step of verifying all slices, one after the other: in each its entities, then its sessions. As one Postgres has it; where to go on names the slice.
create or replace function :schema.verify_rollups_step(
  p_after jsonb default null, p_limit integer default 100000, p_most integer default 100,
  p_share double precision default null, p_seed bigint default 0
) returns table (
  page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date, done boolean, after jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select s.*
  from jsonb_to_record(
    :schema.step_of_slices('verify_slice', p_after, p_limit::text, p_most::text, p_share::text, p_seed::text)
  ) s (
    page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date, done boolean, after jsonb
  );
end
$$;

-- Up to which place between 0 and 1 stand so many of the entities that have been counted?
create or replace function :schema.share_of_entities(p_entities integer, p_seed bigint) returns double precision
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  return coalesce(
    (
      select :schema.chance_of_entity(e.entity_type, e.entity_id, p_seed)
      from :schema.analytics_entities e
      order by 1 offset p_entities - 1 limit 1
    ),
    1
  );
end
$$;
