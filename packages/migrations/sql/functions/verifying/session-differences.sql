-- Verifying sessions, which belong to no one entity: compared with page views in the order of their ids.

-- The page views of these sessions less what is pending, which counts down.
create or replace function :schema.views_of_sessions_to_be_counted(
  p_first_id :session_id_type, p_last_id :session_id_type, p_with_owners boolean
) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, account_id :account_id_type,
  identified boolean, viewed_at timestamptz, time_on_page bigint, views integer
)
language sql stable
begin atomic
  select
    pv.session_id:::session_id_type as session_id, pv.entity_type::text as entity_type,
    case when pv.entity_id is null then :no_entity else pv.entity_id:::entity_id_type end as entity_id,
    case when p_with_owners then pv.owner_id end as owner_id, pv.account_id:::account_id_type as account_id,
    pv.account_id is not null or pv.visitor_id is not null as identified, pv.viewed_at,
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
  select
    q.session_id, q.entity_type, q.entity_id, case when p_with_owners then q.owner_id end, q.account_id,
    q.account_id is not null or q.visitor_id is not null, q.viewed_at, q.time_on_page, -q.sign
  from :schema.page_view_changes q
  where q.session_id between p_first_id and p_last_id and q.is_group is null;
end;

-- Which of these sessions are not compared? Some of the page views of those that began on a sealed date may be gone: they are compared with their
-- seal elsewhere.
create or replace function :schema.sessions_not_compared(p_first_id :session_id_type, p_last_id :session_id_type, p_time_zone text)
returns table (session_id :session_id_type)
language sql stable
begin atomic
  select s.session_id
  from :schema.analytics_settings a
  cross join :schema.visitor_sessions s
  where s.session_id between p_first_id and p_last_id and s.total_views > 0
    and (s.first_seen_at at time zone p_time_zone)::date < a.sealed_before;
end;

-- Which sessions come after this one, with about so many page views? NULL when none does.
create or replace function :schema.sessions_to_compare(
  p_after :session_id_type, p_limit integer, out first_id :session_id_type, out last_id :session_id_type
)
language sql stable
begin atomic
  select n.first_id, n.last_id from :schema.next_sessions(p_after, p_limit) n;
end;

-- Which sessions from the first id to the last differ? stored is NULL for one that is missing, expected for one too many;
-- else both hold the columns that differ. p_with_owners: whether the rollups hold the owners at which all sessions entered. The entity is the one it entered, and dates are those of its first view.
create or replace function :schema.session_differences(
  p_first_id :session_id_type, p_last_id :session_id_type, p_time_zone text, p_with_owners boolean
) returns table (
  session_id :session_id_type, entity_type text, entity_id text, date_from date, date_to date, stored jsonb, expected jsonb
)
language sql stable
begin atomic
  with
  -- of earlier dates page views may be gone
  boundary as materialized (
    select coalesce(s.sealed_before, '-infinity') as date from :schema.analytics_settings s
  ),
  views as materialized (
    select
      s.session_id, s.entity_type, s.entity_id, s.owner_id, s.account_id, s.identified, s.viewed_at,
      sum(s.views) as views, coalesce(sum(s.views * s.time_on_page), 0) as time_total,
      row_number() over (
        partition by s.session_id order by s.viewed_at, s.entity_type, s.entity_id, s.owner_id nulls first
      ) as nth
    from (
      select v.* from :schema.views_of_sessions_to_be_counted(p_first_id, p_last_id, p_with_owners) v
    ) s
    cross join boundary b
    where b.date = '-infinity' or (s.viewed_at at time zone p_time_zone)::date >= b.date
    group by s.session_id, s.entity_type, s.entity_id, s.owner_id, s.account_id, s.identified, s.viewed_at
    having sum(s.views) > 0
  ),
  -- one that is not identified any more may still be taken for identified, and not the other way round
  not_identified as materialized (
    select distinct v.session_id
    from views v
    join :schema.visitor_sessions s on s.session_id = v.session_id
    where v.identified and s.identified is not true
  ),
  sides as (
    select
      v.session_id, 1 as side, sum(v.views)::bigint as total_views, sum(v.time_total)::bigint as time_total,
      count(distinct (v.entity_type, v.entity_id)) as unique_pages, min(v.viewed_at) as first_seen_at,
      max(v.viewed_at) as last_seen_at,
      max(v.entity_type) filter (where v.nth = 1) as entry_entity_type,
      max(v.entity_id::text) filter (where v.nth = 1) as entry_entity_id,
      max(v.owner_id::text) filter (where v.nth = 1) as entry_owner_id,
      (array_agg(v.account_id::text order by v.viewed_at desc, v.account_id desc) filter (where v.account_id is not null))[1]
        as account_id,
      max(v.viewed_at) filter (where v.account_id is not null) as account_seen_at,
      case when v.session_id in (select i.session_id from not_identified i) then true end as identified
    from views v
    group by v.session_id
    union all
    select
      s.session_id, -1, s.total_views, s.time_total, s.unique_pages, s.first_seen_at, s.last_seen_at,
      s.entry_entity_type, s.entry_entity_id::text, case when p_with_owners then s.entry_owner_id::text end, s.account_id::text,
      s.account_seen_at, case when s.session_id in (select i.session_id from not_identified i) then false end
    from :schema.visitor_sessions s
    -- collection may have stored a session of which no view is counted yet
    where s.session_id between p_first_id and p_last_id and (s.total_views <> 0 or s.first_seen_at is not null)
  ),
  -- what is expected counts up and what is stored counts down: what is equal is gone
  net as (
    select
      s.session_id, s.total_views, s.time_total, s.unique_pages, s.first_seen_at, s.last_seen_at, s.entry_entity_type,
      s.entry_entity_id, s.entry_owner_id, s.account_id, s.account_seen_at, s.identified, sum(s.side) as net
    from sides s
    where s.session_id not in (select o.session_id from :schema.sessions_not_compared(p_first_id, p_last_id, p_time_zone) o)
    group by
      s.session_id, s.total_views, s.time_total, s.unique_pages, s.first_seen_at, s.last_seen_at, s.entry_entity_type,
      s.entry_entity_id, s.entry_owner_id, s.account_id, s.account_seen_at, s.identified
    having sum(s.side) <> 0
  ),
  pairs as (
    select
      s.session_id,
      (array_agg(s.entry_entity_type order by s.net desc))[1] as entity_type,
      (array_agg(s.entry_entity_id order by s.net desc))[1] as entity_id,
      min(s.first_seen_at) as earliest, max(s.first_seen_at) as latest,
      (array_agg(to_jsonb(s) - '{session_id, net}'::text[]) filter (where s.net < 0))[1] as stored,
      (array_agg(to_jsonb(s) - '{session_id, net}'::text[]) filter (where s.net > 0))[1] as expected
    from net s
    group by s.session_id
  )
  select
    p.session_id, coalesce(p.entity_type, ''), nullif(p.entity_id, (:no_entity)::text),
    cast(p.earliest at time zone p_time_zone as date), cast(p.latest at time zone p_time_zone as date),
    case when p.expected is null then p.stored else d.stored end,
    case when p.stored is null or p.expected is null then p.expected else d.expected end
  from pairs p
  cross join lateral (
    select jsonb_object_agg(c.key, c.value) as stored, jsonb_object_agg(c.key, p.expected -> c.key) as expected
    from jsonb_each(p.stored) c
    where c.value is distinct from p.expected -> c.key
  ) d;
end;

-- Compare the sessions that follow p_after, as many as have about p_limit page views: how many differ, the first p_most of
-- them, the dates whose rebuild repairs them, and the last id that was compared: NULL when none was left.
create or replace function :schema.verify_sessions(
  p_after :session_id_type, p_limit integer, p_most integer,
  out differences bigint, out listed jsonb, out date_from date, out date_to date, out last_id :session_id_type
)
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set plan_cache_mode = auto
set jit = off
set work_mem = '32MB'
as $$
declare
  v_time_zone text;
  v_with_owners boolean;
  v_first_id :session_id_type;
begin
  -- Before the snapshot: else a TRUNCATE could empty page views between it and the first look at them.
  lock table :page_views in access share mode;
  perform :schema.refuse_hidden_rows();
  select s.time_zone, 'owner' = any (s.levels) into strict v_time_zone, v_with_owners from :schema.analytics_settings s;

  select n.first_id, n.last_id into v_first_id, last_id from :schema.sessions_to_compare(p_after, p_limit) n;

  with found as materialized (
    select d.* from :schema.session_differences(v_first_id, last_id, v_time_zone, v_with_owners) d
  )
  select
    count(*),
    coalesce(
      (
        select jsonb_agg(to_jsonb(l))
        from (
          select
            'visitor_sessions' as rollup, f.entity_type, f.entity_id,
            jsonb_build_object('session_id', f.session_id::text) as key, f.stored, f.expected
          from found f
          limit p_most
        ) l
      ),
      '[]'
    ),
    min(f.date_from), max(f.date_to)
  into differences, listed, date_from, date_to
  from found f;
end
$$;
