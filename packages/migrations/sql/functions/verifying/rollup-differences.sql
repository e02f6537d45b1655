-- Verifying the rollups of entities: what is stored against what page views say.

-- Which hours of which dates are packed into the rows of these entities, each put together and none that is empty?
create or replace function :schema.stored_hours(p_slice :schema.entity_slice) returns table (
  entity_id :entity_id_type, date date, hour smallint, views bigint, timed_views bigint, time_total bigint, visitors bigint,
  accounts bigint, entries bigint, bounces bigint
)
language sql stable
begin atomic
  select
    h.entity_id, h.date, h.hours[n][1]::smallint, sum(h.hours[n][2]), sum(h.hours[n][3]),
    sum(h.hours[n][4]) * 1073741824 + sum(h.hours[n][5]), sum(h.hours[n][6]), sum(h.hours[n][7]), sum(h.hours[n][8]),
    sum(h.hours[n][9])
  from :schema.analytics_hours h
  cross join lateral generate_subscripts(h.hours, 1) n
  where h.entity_type = (p_slice).entity_type and h.entity_id between (p_slice).first_id and (p_slice).last_id
  group by h.entity_id, h.date, h.hours[n][1]
  having
    sum(h.hours[n][2]) <> 0 or sum(h.hours[n][3]) <> 0 or sum(h.hours[n][4]) * 1073741824 + sum(h.hours[n][5]) <> 0
    or sum(h.hours[n][6]) <> 0 or sum(h.hours[n][7]) <> 0 or sum(h.hours[n][8]) <> 0 or sum(h.hours[n][9]) <> 0;
end;

-- The sessions that entered at what belongs to these groups.
create or replace function :schema.sessions_of_groups(p_slice :schema.entity_slice) returns table (
  entity_id :entity_id_type, first_seen_at timestamptz, total_views integer, time_total bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_of_owners boolean := p_slice.entity_type = 'headcount:owner';
begin
  return query
  select case when v_of_owners then s.entry_owner_id else :no_entity end, s.first_seen_at, s.total_views, s.time_total
  from :schema.visitor_sessions s
  where s.total_views > 0 and (
    (v_of_owners and s.entry_owner_id between p_slice.first_id and p_slice.last_id)
    or p_slice.entity_type = 'headcount:site'
    or p_slice.entity_type = 'headcount:type:' || s.entry_entity_type
  );
end
$$;

-- How many sessions entered at these entities, at which hours, and how many of them bounced?
create or replace function :schema.entries_to_be_counted(p_entity_type text, p_entity_ids :entity_id_type[], p_time_zone text) returns table (
  entity_id :entity_id_type, date date, hour smallint, entries bigint, bounces bigint
)
language sql stable
begin atomic
  select
    k.entity_id, local.time::date, extract(hour from local.time)::smallint, count(*),
    count(*) filter (where s.total_views = 1 and s.time_total < 10)
  from unnest(p_entity_ids) k (entity_id)
  cross join lateral (
    select s.first_seen_at, s.total_views, s.time_total
    from :schema.visitor_sessions s
    -- as its index has it: the upper half is the entity's number
    where (
      (:entity_id_hash(s.entry_entity_id, hashtextextended(s.entry_entity_type, 0)) << 32)
        | ((s.first_seen_at at time zone 'UTC')::date - date '0001-01-01')::bigint
    ) between :entity_id_hash(k.entity_id, hashtextextended(p_entity_type, 0)) << 32
      and :entity_id_hash(k.entity_id, hashtextextended(p_entity_type, 0)) << 32 | 4294967295
      and s.total_views > 0
      and s.entry_entity_id is not distinct from k.entity_id and s.entry_entity_type is not distinct from p_entity_type
    offset 0
  ) s
  cross join lateral (select s.first_seen_at at time zone p_time_zone as time) local
  group by 1, 2, 3;
end;

-- What sessions have done to entries of these entities, and is on its way to them.
create or replace function :schema.entries_to_be_added(p_slice :schema.entity_slice) returns table (
  entity_id :entity_id_type, date date, hour smallint, entries integer, bounces integer
)
language sql stable
begin atomic
  select q.entity_id, q.date, q.hour, q.entries, q.bounces
  from :schema.entry_changes q
  where q.entity_type = (p_slice).entity_type and q.entity_id between (p_slice).first_id and (p_slice).last_id;
end;

-- Which rows of which rollup differ? stored is NULL for a row that is missing, expected for one too many; else both hold
-- the columns that differ. rollup is NULL in the one line that says how much was compared.
create or replace function :schema.rollup_differences(p_slice :schema.entity_slice, p_time_zone text) returns table (
  rollup text, entity_id :entity_id_type, key jsonb, stored jsonb, expected jsonb
)
language sql stable
begin atomic
  with
  -- of earlier dates page views may be gone: what is stored of visitors there is taken for true, and compared with its seal elsewhere
  boundary as materialized (
    select coalesce(s.sealed_before, '-infinity') as date from :schema.analytics_settings s
  ),
  views as materialized (
    select v.* from :schema.views_to_be_counted(p_slice, p_time_zone, (select b.date from boundary b)) v
  ),
  visitor_hours as materialized (
    select
      v.entity_id, v.kind, v.visitor_id, v.local_time::date as date, extract(hour from v.local_time)::smallint as hour,
      sum(v.views) as views,
      coalesce(sum(v.views) filter (where v.time_on_page is not null), 0) as timed_views,
      coalesce(sum(v.views * v.time_on_page), 0) as time_total,
      min(v.viewed_at) as first_view, max(v.viewed_at) as last_view
    from views v
    where v.views > 0
    group by 1, 2, 3, 4, 5
  ),
  known_days as (
    select
      h.entity_id, h.kind, h.visitor_id, h.date, sum(h.views) as views, sum(h.timed_views) as timed_views,
      sum(1 << h.hour) as hours_seen, sum(h.time_total) as time_total, min(h.first_view) as first_view, max(h.last_view) as last_view
    from visitor_hours h
    where h.visitor_id is not null
    group by h.entity_id, h.kind, h.visitor_id, h.date
    union all
    select
      d.entity_id, d.kind, d.visitor_id, d.date, d.views, coalesce(d.timed_views, 0), d.hours_seen, coalesce(d.time_total, 0),
      d.first_view, d.last_view
    from boundary b
    join :schema.analytics_visitor_days d on d.date < b.date
    where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
    union all
    select
      v.entity_id, v.kind, v.visitor_id, local.time::date, 1, coalesce(v.timed_views, 0),
      1 << extract(hour from local.time)::integer, coalesce(v.time_total, 0), v.first_visit, v.first_visit
    from boundary b
    cross join :schema.analytics_entity_visitors v
    cross join lateral (select v.first_visit at time zone p_time_zone as time) local
    where v.entity_type = (p_slice).entity_type and v.entity_id between (p_slice).first_id and (p_slice).last_id
      and b.date <> '-infinity' and v.visit_count is null and local.time < b.date
  ),
  visitor_days as materialized (
    select
      d.*, lag(d.date) over visitor as prev_date,
      sum(d.views) over (partition by d.entity_id, d.kind, d.visitor_id) as views_ever
    from known_days d
    window visitor as (partition by d.entity_id, d.kind, d.visitor_id order by d.date)
  ),
  -- sessions are compared with raw by themselves: here entries are compared with sessions, less what is on its way to entities
  on_their_way as materialized (
    select a.* from :schema.entries_to_be_added(p_slice) a
  ),
  entries as (
    select e.entity_id, e.date, e.hour, sum(e.entries) as entries, sum(e.bounces) as bounces
    from (
      select s.entity_id, s.date, s.hour, s.entries, s.bounces
      from :schema.entries_to_be_counted(
        (p_slice).entity_type,
        array(
          select v.entity_id from views v
          union
          select d.entity_id from :schema.analytics_days d
          where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
          union
          select w.entity_id from on_their_way w
        ),
        p_time_zone
      ) s
      union all
      select
        s.entity_id, (s.first_seen_at at time zone p_time_zone)::date, extract(hour from s.first_seen_at at time zone p_time_zone)::smallint,
        1, (s.total_views = 1 and s.time_total < 10)::integer
      from (select 1 where (p_slice).entity_type like 'headcount:%') o
      cross join lateral :schema.sessions_of_groups(p_slice) s
      union all
      select w.entity_id, w.date, w.hour, -w.entries, -w.bounces from on_their_way w
    ) e
    where e.date >= (select b.date from boundary b)
    group by e.entity_id, e.date, e.hour
  ),
  hours as materialized (
    select
      u.entity_id, u.date, u.hour, sum(u.views) as views, sum(u.timed_views) as timed_views, sum(u.time_total) as time_total,
      sum(u.visitors) as visitors, sum(u.accounts) as accounts, sum(u.entries) as entries, sum(u.bounces) as bounces,
      count(*) over (partition by u.entity_id, u.date) as hours_of_date
    from (
      select
        h.entity_id, h.date, h.hour, h.views, h.timed_views, h.time_total, count(h.visitor_id) as visitors,
        count(h.visitor_id) filter (where h.kind = 'a') as accounts, 0 as entries, 0 as bounces
      from visitor_hours h
      group by h.entity_id, h.kind, h.visitor_id, h.date, h.hour, h.views, h.timed_views, h.time_total
      union all
      select e.entity_id, e.date, e.hour, 0, 0, 0, 0, 0, e.entries, e.bounces from entries e
    ) u
    group by u.entity_id, u.date, u.hour
    having sum(u.views) <> 0 or sum(u.entries) <> 0 or sum(u.bounces) <> 0
  ),
  stored_hours as materialized (
    select s.* from :schema.stored_hours(p_slice) s where s.date >= (select b.date from boundary b)
  ),
  -- a date's hour is that of its row, or else the only one that is packed
  days as (
    select
      1 as side, u.entity_id, u.date, max(u.hour) as hour, sum(u.views)::bigint as views, sum(u.visitors)::bigint as visitors,
      sum(u.accounts)::bigint as accounts, sum(u.timed_views)::bigint as timed_views, sum(u.time_total)::bigint as time_total,
      sum(u.entries)::bigint as entries, sum(u.bounces)::bigint as bounces,
      sum(u.ever)::bigint as again_ever, sum(u.ever * u.account)::bigint as accounts_again_ever,
      sum(u.week)::bigint as again_in_week, sum(u.week * u.account)::bigint as accounts_again_in_week,
      sum(u.month)::bigint as again_in_month, sum(u.month * u.account)::bigint as accounts_again_in_month,
      sum(u.quarter)::bigint as again_in_quarter, sum(u.quarter * u.account)::bigint as accounts_again_in_quarter,
      sum(u.year)::bigint as again_in_year, sum(u.year * u.account)::bigint as accounts_again_in_year
    from (
      select
        h.entity_id, h.date, case when h.hours_of_date = 1 then h.hour end as hour, h.views, 0 as visitors, 0 as accounts,
        h.timed_views, h.time_total, h.entries, h.bounces, 0 as account, 0 as ever, 0 as week, 0 as month, 0 as quarter, 0 as year
      from hours h
      union all
      select
        d.entity_id, d.date, null, 0, 1, (d.kind = 'a')::integer, 0, 0, 0, 0, (d.kind = 'a')::integer,
        (d.prev_date is not null)::integer,
        coalesce(date_trunc('week', d.prev_date::timestamp) = date_trunc('week', d.date::timestamp), false)::integer,
        coalesce(date_trunc('month', d.prev_date::timestamp) = date_trunc('month', d.date::timestamp), false)::integer,
        coalesce(date_trunc('quarter', d.prev_date::timestamp) = date_trunc('quarter', d.date::timestamp), false)::integer,
        coalesce(extract(year from d.prev_date) = extract(year from d.date), false)::integer
      from visitor_days d
      where d.date >= (select b.date from boundary b)
    ) u
    group by u.entity_id, u.date
    union all
    select
      -1, u.entity_id, u.date, coalesce(max(u.hour), case when count(u.packed) = 1 then max(u.packed) end),
      max(u.views), max(u.visitors), max(u.accounts), max(u.timed_views), max(u.time_total), max(u.entries), max(u.bounces),
      max(u.again_ever), max(u.accounts_again_ever), max(u.again_in_week), max(u.accounts_again_in_week),
      max(u.again_in_month), max(u.accounts_again_in_month), max(u.again_in_quarter), max(u.accounts_again_in_quarter),
      max(u.again_in_year), max(u.accounts_again_in_year)
    from (
      select
        d.entity_id, d.date, d.hour, null::smallint as packed, d.views, coalesce(d.visitors, 0) as visitors,
        coalesce(d.accounts, 0) as accounts, coalesce(d.timed_views, 0) as timed_views, coalesce(d.time_total, 0) as time_total,
        coalesce(d.entries, 0) as entries, coalesce(d.bounces, 0) as bounces, coalesce(d.again_ever, 0) as again_ever,
        coalesce(d.accounts_again_ever, 0) as accounts_again_ever, coalesce(d.again_in_week, 0) as again_in_week,
        coalesce(d.accounts_again_in_week, 0) as accounts_again_in_week, coalesce(d.again_in_month, 0) as again_in_month,
        coalesce(d.accounts_again_in_month, 0) as accounts_again_in_month, coalesce(d.again_in_quarter, 0) as again_in_quarter,
        coalesce(d.accounts_again_in_quarter, 0) as accounts_again_in_quarter, coalesce(d.again_in_year, 0) as again_in_year,
        coalesce(d.accounts_again_in_year, 0) as accounts_again_in_year
      from :schema.analytics_days d
      where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
        and d.date >= (select b.date from boundary b)
      union all
      select
        s.entity_id, s.date, null, s.hour, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null, null, null
      from stored_hours s
    ) u
    group by u.entity_id, u.date
    having count(u.views) > 0
  ),
  -- The hours of a date with one hour are packed only when its row does not name it.
  hours_of_dates as (
    select c.*
    from (
      select
        u.*, bool_or(u.side < 0) over date as is_packed, bool_or(u.side = 0 and u.hour is not null) over date as has_one_hour
      from (
        select
          1 as side, h.entity_id, h.date, h.hour, h.views::bigint as views, h.timed_views::bigint as timed_views,
          h.time_total::bigint as time_total, h.visitors::bigint as visitors, h.accounts::bigint as accounts,
          h.entries::bigint as entries, h.bounces::bigint as bounces, h.hours_of_date
        from hours h
        union all
        select
          -1, s.entity_id, s.date, s.hour, s.views, s.timed_views, s.time_total, s.visitors, s.accounts, s.entries, s.bounces, null
        from stored_hours s
        union all
        select 0, d.entity_id, d.date, d.hour, 0, 0, 0, 0, 0, 0, 0, null
        from :schema.analytics_days d
        where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
          and d.date >= (select b.date from boundary b)
      ) u
      window date as (partition by u.entity_id, u.date)
    ) c
    where c.side < 0 or (c.side > 0 and (c.hours_of_date > 1 or (c.is_packed and not c.has_one_hour)))
  ),
  -- what is expected counts up and what is stored counts down: what is equal is gone
  net as (
    select
      'analytics_days' as rollup, c.entity_id, jsonb_build_object('date', c.date) as key,
      jsonb_build_object(
        'views', c.views, 'timed_views', c.timed_views, 'time_total', c.time_total, 'entries', c.entries, 'bounces', c.bounces,
        'visitors', c.visitors, 'accounts', c.accounts, 'again_ever', c.again_ever, 'accounts_again_ever', c.accounts_again_ever,
        'again_in_week', c.again_in_week, 'accounts_again_in_week', c.accounts_again_in_week,
        'again_in_month', c.again_in_month, 'accounts_again_in_month', c.accounts_again_in_month,
        'again_in_quarter', c.again_in_quarter, 'accounts_again_in_quarter', c.accounts_again_in_quarter,
        'again_in_year', c.again_in_year, 'accounts_again_in_year', c.accounts_again_in_year, 'hour', c.hour
      ) as columns,
      sum(c.side) as net
    from days c
    group by
      c.entity_id, c.date, c.hour, c.views, c.timed_views, c.time_total, c.entries, c.bounces, c.visitors, c.accounts,
      c.again_ever, c.accounts_again_ever, c.again_in_week, c.accounts_again_in_week, c.again_in_month,
      c.accounts_again_in_month, c.again_in_quarter, c.accounts_again_in_quarter, c.again_in_year, c.accounts_again_in_year
    having sum(c.side) <> 0
    union all
    select
      'analytics_hours', c.entity_id, jsonb_build_object('date', c.date, 'hour', c.hour),
      jsonb_build_object(
        'views', c.views, 'timed_views', c.timed_views, 'time_total', c.time_total, 'visitors', c.visitors,
        'accounts', c.accounts, 'entries', c.entries, 'bounces', c.bounces
      ),
      sum(c.side)
    from hours_of_dates c
    group by
      c.entity_id, c.date, c.hour, c.views, c.timed_views, c.time_total, c.visitors, c.accounts, c.entries, c.bounces
    having sum(c.side) <> 0
    union all
    select
      'analytics_visitor_days', c.entity_id,
      jsonb_build_object('date', c.date, 'kind', c.kind::text, 'visitor_id', c.visitor_id::text),
      jsonb_build_object(
        'prev_date', c.prev_date, 'views', c.views, 'timed_views', c.timed_views, 'hours_seen', c.hours_seen,
        'time_total', c.time_total, 'first_view', c.first_view, 'last_view', c.last_view
      ),
      sum(c.side)
    from (
      select
        d.entity_id, d.kind, d.visitor_id, d.date, d.prev_date, d.views::bigint as views, d.timed_views::bigint as timed_views,
        d.hours_seen::bigint as hours_seen, d.time_total::bigint as time_total, d.first_view, d.last_view, 1 as side
      from visitor_days d
      where d.views_ever > 1
      union all
      select
        d.entity_id, d.kind, d.visitor_id, d.date, d.prev_date, d.views, coalesce(d.timed_views, 0), d.hours_seen,
        coalesce(d.time_total, 0), d.first_view, d.last_view, -1
      from :schema.analytics_visitor_days d
      where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
    ) c
    group by
      c.entity_id, c.kind, c.visitor_id, c.date, c.prev_date, c.views, c.timed_views, c.hours_seen, c.time_total,
      c.first_view, c.last_view
    having sum(c.side) <> 0
    union all
    select
      'analytics_entity_visitors', c.entity_id,
      jsonb_build_object('kind', c.kind::text, 'visitor_id', c.visitor_id::text),
      jsonb_build_object(
        'visit_count', c.visit_count, 'days_visited', c.days_visited, 'timed_views', c.timed_views, 'time_total', c.time_total,
        'first_visit', c.first_visit, 'last_visit', c.last_visit
      ),
      sum(c.side)
    from (
      select
        d.entity_id, d.kind, d.visitor_id, sum(d.views)::bigint as visit_count, count(*) as days_visited,
        sum(d.timed_views)::bigint as timed_views, sum(d.time_total)::bigint as time_total,
        min(d.first_view) as first_visit, max(d.last_view) as last_visit, 1 as side
      from visitor_days d
      group by d.entity_id, d.kind, d.visitor_id
      union all
      select
        v.entity_id, v.kind, v.visitor_id, coalesce(v.visit_count, 1), coalesce(v.days_visited, 1), coalesce(v.timed_views, 0),
        coalesce(v.time_total, 0), v.first_visit,
        -- who came more than once is ranked by it, so that it must be there
        case when v.last_visit is not null or v.visit_count is null then coalesce(v.last_visit, v.first_visit) end, -1
      from :schema.analytics_entity_visitors v
      where v.entity_type = (p_slice).entity_type and v.entity_id between (p_slice).first_id and (p_slice).last_id
    ) c
    group by
      c.entity_id, c.kind, c.visitor_id, c.visit_count, c.days_visited, c.timed_views, c.time_total, c.first_visit, c.last_visit
    having sum(c.side) <> 0
    union all
    select
      'analytics_visitor_returns', c.entity_id,
      jsonb_build_object('date', c.date, 'prev_date', c.prev_date),
      jsonb_build_object('visitors', c.visitors, 'accounts', c.accounts),
      sum(c.side)
    from (
      select
        d.entity_id, d.date, d.prev_date, count(*) as visitors, count(*) filter (where d.kind = 'a') as accounts, 1 as side
      from visitor_days d
      where d.prev_date is not null
      group by d.entity_id, d.date, d.prev_date
      union all
      select r.entity_id, r.date, r.prev_date, r.visitors, r.accounts, -1
      from :schema.analytics_visitor_returns r
      where r.entity_type = (p_slice).entity_type and r.entity_id between (p_slice).first_id and (p_slice).last_id
    ) c
    group by c.entity_id, c.date, c.prev_date, c.visitors, c.accounts
    having sum(c.side) <> 0
    union all
    select
      'analytics_visitor_return_weeks', c.entity_id,
      jsonb_build_object('week', c.week, 'prev_week', c.prev_week),
      jsonb_build_object('visitors', c.visitors, 'accounts', c.accounts),
      sum(c.side)
    from (
      select
        d.entity_id, d.date - extract(isodow from d.date)::integer + 1 as week,
        d.prev_date - extract(isodow from d.prev_date)::integer + 1 as prev_week,
        count(*) as visitors, count(*) filter (where d.kind = 'a') as accounts, 1 as side
      from visitor_days d
      where d.prev_date is not null
      group by 1, 2, 3
      union all
      select w.entity_id, w.week, w.prev_week, w.visitors, w.accounts, -1
      from :schema.analytics_visitor_return_weeks w
      where w.entity_type = (p_slice).entity_type and w.entity_id between (p_slice).first_id and (p_slice).last_id
    ) c
    group by c.entity_id, c.week, c.prev_week, c.visitors, c.accounts
    having sum(c.side) <> 0
    union all
    select
      'analytics_entities', c.entity_id, '{}'::jsonb,
      jsonb_build_object(
        'views', c.views, 'timed_views', c.timed_views, 'time_total', c.time_total, 'visitors', c.visitors, 'accounts', c.accounts,
        'entries', c.entries, 'bounces', c.bounces, 'first_view', c.first_view, 'last_view', c.last_view
      ),
      sum(c.side)
    from (
      select
        u.entity_id, sum(u.views)::bigint as views, sum(u.timed_views)::bigint as timed_views, sum(u.time_total)::bigint as time_total,
        sum(u.visitors)::bigint as visitors, sum(u.accounts)::bigint as accounts, sum(u.entries)::bigint as entries,
        sum(u.bounces)::bigint as bounces, min(u.first_view) as first_view, max(u.last_view) as last_view, 1 as side
      from (
        select
          v.entity_id, v.views, case when v.time_on_page is not null then v.views else 0 end as timed_views,
          v.views * coalesce(v.time_on_page, 0) as time_total, 0 as visitors, 0 as accounts, 0 as entries, 0 as bounces,
          v.viewed_at as first_view, v.viewed_at as last_view
        from views v
        where v.views > 0
        union all
        select d.entity_id, 0, 0, 0, 1, (d.kind = 'a')::integer, 0, 0, null, null from visitor_days d where d.prev_date is null
        union all
        select e.entity_id, 0, 0, 0, 0, 0, e.entries, e.bounces, null, null from entries e
        union all
        select
          d.entity_id, d.views, coalesce(d.timed_views, 0), coalesce(d.time_total, 0), 0, 0, coalesce(d.entries, 0),
          coalesce(d.bounces, 0), null, null
        from boundary b
        join :schema.analytics_days d on d.date < b.date
        where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
        union all
        select
          t.entity_id, 0, 0, 0, 0, 0, 0, 0,
          case when (t.first_view at time zone p_time_zone)::date < b.date then t.first_view end,
          case when (t.last_view at time zone p_time_zone)::date < b.date then t.last_view end
        from boundary b
        cross join :schema.analytics_entities t
        where t.entity_type = (p_slice).entity_type and t.entity_id between (p_slice).first_id and (p_slice).last_id
      ) u
      group by u.entity_id
      having sum(u.views) <> 0 or sum(u.entries) <> 0 or sum(u.bounces) <> 0
      union all
      select
        e.entity_id, e.views, e.timed_views, e.time_total, e.visitors, e.accounts, e.entries, e.bounces, e.first_view, e.last_view, -1
      from :schema.analytics_entities e
      where e.entity_type = (p_slice).entity_type and e.entity_id between (p_slice).first_id and (p_slice).last_id
    ) c
    group by
      c.entity_id, c.views, c.timed_views, c.time_total, c.visitors, c.accounts, c.entries, c.bounces, c.first_view, c.last_view
    having sum(c.side) <> 0
    union all
    -- a view that is to be added and is not there, or was taken away and is
    select
      'page_view_changes', v.entity_id,
      jsonb_build_object(
        'kind', v.kind::text, 'visitor_id', v.visitor_id::text, 'viewed_at', v.viewed_at, 'time_on_page', v.time_on_page
      ),
      jsonb_build_object('views', -v.views), -1
    from views v
    where v.views < 0
  ),
  pairs as (
    select
      n.rollup, n.entity_id, n.key,
      (array_agg(n.columns) filter (where n.net < 0))[1] as stored,
      (array_agg(n.columns) filter (where n.net > 0))[1] as expected
    from net n
    group by n.rollup, n.entity_id, n.key
  )
  select
    p.rollup, p.entity_id, p.key,
    case when p.expected is null then p.stored else d.stored end,
    case when p.stored is null or p.expected is null then p.expected else d.expected end
  from pairs p
  cross join lateral (
    select jsonb_object_agg(s.key, s.value) as stored, jsonb_object_agg(s.key, p.expected -> s.key) as expected
    from jsonb_each(p.stored) s
    where s.value is distinct from p.expected -> s.key
  ) d
  union all
  select
    null, null, jsonb_build_object('page_views', coalesce(sum(v.views), 0), 'entities', count(distinct v.entity_id)), null, null
  from views v;
end;
