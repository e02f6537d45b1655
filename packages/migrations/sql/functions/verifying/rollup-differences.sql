-- Verifying the rollups of entities: what is stored against what raw page views say.

-- Which rows of which rollup differ? stored is NULL for a row that is missing, expected for one too many; else both hold
-- the columns that differ. rollup is NULL in the one line that tells how much
-- was compared.
create or replace function :schema.rollup_differences(p_slice :schema.entity_slice, p_time_zone text) returns table (
  rollup text, entity_id :entity_id_type, key jsonb, stored jsonb, expected jsonb
)
language sql stable
begin atomic
  with
  views as materialized (
    select v.* from :schema.views_to_be_counted(p_slice, p_time_zone) v
  ),
  hours as materialized (
    select
      v.entity_id, v.is_account, v.visitor_id, v.local_time::date as date, extract(hour from v.local_time)::smallint as hour,
      sum(v.views) as views,
      coalesce(sum(v.views) filter (where v.time_on_page is not null), 0) as timed_views,
      coalesce(sum(v.views * v.time_on_page), 0) as time_total,
      min(v.viewed_at) as first_view, max(v.viewed_at) as last_view
    from views v
    where v.views > 0
    group by 1, 2, 3, 4, 5
  ),
  days as materialized (
    select
      h.entity_id, h.is_account, h.visitor_id, h.date,
      lag(h.date) over (partition by h.entity_id, h.is_account, h.visitor_id order by h.date) as prev_date,
      sum(h.views) as views, sum(h.timed_views) as timed_views, sum(1 << h.hour) as hours_seen, sum(h.time_total) as time_total,
      min(h.first_view) as first_view, max(h.last_view) as last_view
    from hours h
    where h.visitor_id is not null
    group by h.entity_id, h.is_account, h.visitor_id, h.date
  ),
  dates as (
    select
      d.entity_id, d.date, d.is_account, d.prev_date,
      d.prev_date is null as is_new,
      d.prev_date is null or date_trunc('week', d.prev_date::timestamp) <> date_trunc('week', d.date::timestamp) as in_week,
      d.prev_date is null or date_trunc('month', d.prev_date::timestamp) <> date_trunc('month', d.date::timestamp) as in_month,
      d.prev_date is null or date_trunc('quarter', d.prev_date::timestamp) <> date_trunc('quarter', d.date::timestamp)
        as in_quarter,
      d.prev_date is null or extract(year from d.prev_date) <> extract(year from d.date) as in_year
    from days d
  ),
  -- sessions are compared with raw by themselves: here entries are compared with sessions
  entries as (
    select
      e.entity_id, l.time::date as date, extract(hour from l.time)::smallint as hour,
      (e.total_views = 1 and e.time_total < 10)::integer as bounces
    from (
      select v.entity_id, s.first_seen, s.total_views, s.time_total
      from (select distinct v.session_id, v.entity_id from views v where v.session_id is not null and v.views > 0) v
      cross join lateral (
        select s.* from :schema.visitor_sessions s where s.session_id = v.session_id limit 1
      ) s
      where s.entry_entity_type = (p_slice).entity_type and s.entry_entity_id is not distinct from v.entity_id
    ) e
    cross join lateral (select e.first_seen at time zone p_time_zone as time) l
  ),
  aggregates as (
    select
      u.entity_id, u.date, u.hour, sum(u.total_views)::bigint as total_views, sum(u.timed_views)::bigint as timed_views,
      sum(u.time_total)::bigint as time_total, sum(u.entries)::bigint as entries, sum(u.bounces)::bigint as bounces,
      sum(u.unique_visitors)::bigint as unique_visitors, sum(u.unique_accounts)::bigint as unique_accounts,
      sum(u.new_visitors)::bigint as new_visitors, sum(u.new_accounts)::bigint as new_accounts,
      sum(u.visitors_first_in_week)::bigint as visitors_first_in_week,
      sum(u.accounts_first_in_week)::bigint as accounts_first_in_week,
      sum(u.visitors_first_in_month)::bigint as visitors_first_in_month,
      sum(u.accounts_first_in_month)::bigint as accounts_first_in_month,
      sum(u.visitors_first_in_quarter)::bigint as visitors_first_in_quarter,
      sum(u.accounts_first_in_quarter)::bigint as accounts_first_in_quarter,
      sum(u.visitors_first_in_year)::bigint as visitors_first_in_year,
      sum(u.accounts_first_in_year)::bigint as accounts_first_in_year
    from (
      select
        h.entity_id, h.date, h.hour, h.views as total_views, h.timed_views, h.time_total, 0 as entries, 0 as bounces,
        (h.visitor_id is not null)::integer as unique_visitors,
        (h.visitor_id is not null and h.is_account)::integer as unique_accounts,
        null::integer as new_visitors, null::integer as new_accounts,
        null::integer as visitors_first_in_week, null::integer as accounts_first_in_week,
        null::integer as visitors_first_in_month, null::integer as accounts_first_in_month,
        null::integer as visitors_first_in_quarter, null::integer as accounts_first_in_quarter,
        null::integer as visitors_first_in_year, null::integer as accounts_first_in_year
      from hours h
      union all
      select h.entity_id, h.date, null, h.views, h.timed_views, h.time_total, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
      from hours h
      union all
      select
        d.entity_id, d.date, null, 0, 0, 0, 0, 0, 1, d.is_account::integer,
        d.is_new::integer, (d.is_new and d.is_account)::integer,
        d.in_week::integer, (d.in_week and d.is_account)::integer,
        d.in_month::integer, (d.in_month and d.is_account)::integer,
        d.in_quarter::integer, (d.in_quarter and d.is_account)::integer,
        d.in_year::integer, (d.in_year and d.is_account)::integer
      from dates d
      union all
      select e.entity_id, e.date, e.hour, 0, 0, 0, 1, e.bounces, 0, 0, null, null, null, null, null, null, null, null, null, null
      from entries e
      union all
      select e.entity_id, e.date, null, 0, 0, 0, 1, e.bounces, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
      from entries e
    ) u
    group by u.entity_id, u.date, u.hour
  ),
  -- what is expected counts up and what is stored counts down: what is equal is gone
  net as (
    select
      'analytics_visitor_days' as rollup, c.entity_id,
      jsonb_build_object('date', c.date, 'is_account', c.is_account, 'visitor_id', c.visitor_id::text) as key,
      jsonb_build_object(
        'prev_date', c.prev_date, 'views', c.views, 'timed_views', c.timed_views, 'hours_seen', c.hours_seen,
        'time_total', c.time_total, 'first_view', c.first_view, 'last_view', c.last_view
      ) as columns,
      sum(c.side) as net
    from (
      select
        d.entity_id, d.is_account, d.visitor_id, d.date, d.prev_date, d.views::bigint as views,
        d.timed_views::bigint as timed_views, d.hours_seen::bigint as hours_seen, d.time_total::bigint as time_total, d.first_view, d.last_view, 1 as side
      from days d
      union all
      select
        d.entity_id, d.is_account, d.visitor_id, d.date, d.prev_date, d.views, d.timed_views, d.hours_seen, d.time_total,
        d.first_view, d.last_view, -1
      from :schema.analytics_visitor_days d
      where d.entity_type = (p_slice).entity_type
        and (d.entity_id between (p_slice).first_id and (p_slice).last_id or ((p_slice).first_id is null and d.entity_id is null))
    ) c
    group by
      c.entity_id, c.is_account, c.visitor_id, c.date, c.prev_date, c.views, c.timed_views, c.hours_seen, c.time_total,
      c.first_view, c.last_view
    having sum(c.side) <> 0
    union all
    select
      'analytics_visitors', c.entity_id,
      jsonb_build_object('is_account', c.is_account, 'visitor_id', c.visitor_id::text),
      jsonb_build_object(
        'visit_count', c.visit_count, 'days_visited', c.days_visited, 'timed_views', c.timed_views, 'time_total', c.time_total,
        'first_visit', c.first_visit, 'last_visit', c.last_visit
      ),
      sum(c.side)
    from (
      select
        d.entity_id, d.is_account, d.visitor_id, sum(d.views)::bigint as visit_count, count(*) as days_visited,
        sum(d.timed_views)::bigint as timed_views, sum(d.time_total)::bigint as time_total,
        min(d.first_view) as first_visit, max(d.last_view) as last_visit, 1 as side
      from days d
      group by d.entity_id, d.is_account, d.visitor_id
      union all
      select
        v.entity_id, v.is_account, v.visitor_id, v.visit_count, v.days_visited, v.timed_views, v.time_total,
        v.first_visit, v.last_visit, -1
      from :schema.analytics_visitors v
      where v.entity_type = (p_slice).entity_type
        and (v.entity_id between (p_slice).first_id and (p_slice).last_id or ((p_slice).first_id is null and v.entity_id is null))
    ) c
    group by
      c.entity_id, c.is_account, c.visitor_id, c.visit_count, c.days_visited, c.timed_views, c.time_total,
      c.first_visit, c.last_visit
    having sum(c.side) <> 0
    union all
    select
      'analytics_visitor_returns', c.entity_id,
      jsonb_build_object('date', c.date, 'prev_date', c.prev_date),
      jsonb_build_object('visitors', c.visitors, 'accounts', c.accounts),
      sum(c.side)
    from (
      select
        d.entity_id, d.date, d.prev_date, count(*) as visitors, count(*) filter (where d.is_account) as accounts, 1 as side
      from days d
      where d.prev_date is not null
      group by d.entity_id, d.date, d.prev_date
      union all
      select r.entity_id, r.date, r.prev_date, r.visitors, r.accounts, -1
      from :schema.analytics_visitor_returns r
      where r.entity_type = (p_slice).entity_type
        and (r.entity_id between (p_slice).first_id and (p_slice).last_id or ((p_slice).first_id is null and r.entity_id is null))
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
        count(*) as visitors, count(*) filter (where d.is_account) as accounts, 1 as side
      from days d
      where d.prev_date is not null
      group by 1, 2, 3
      union all
      select w.entity_id, w.week, w.prev_week, w.visitors, w.accounts, -1
      from :schema.analytics_visitor_return_weeks w
      where w.entity_type = (p_slice).entity_type
        and (w.entity_id between (p_slice).first_id and (p_slice).last_id or ((p_slice).first_id is null and w.entity_id is null))
    ) c
    group by c.entity_id, c.week, c.prev_week, c.visitors, c.accounts
    having sum(c.side) <> 0
    union all
    select
      'analytics_aggregates', c.entity_id, jsonb_build_object('date', c.date, 'hour', c.hour),
      jsonb_build_object(
        'total_views', c.total_views, 'timed_views', c.timed_views, 'time_total', c.time_total,
        'entries', c.entries, 'bounces', c.bounces,
        'unique_visitors', c.unique_visitors, 'unique_accounts', c.unique_accounts, 'new_visitors', c.new_visitors,
        'new_accounts', c.new_accounts, 'visitors_first_in_week', c.visitors_first_in_week,
        'accounts_first_in_week', c.accounts_first_in_week, 'visitors_first_in_month', c.visitors_first_in_month,
        'accounts_first_in_month', c.accounts_first_in_month,
        'visitors_first_in_quarter', c.visitors_first_in_quarter,
        'accounts_first_in_quarter', c.accounts_first_in_quarter, 'visitors_first_in_year', c.visitors_first_in_year,
        'accounts_first_in_year', c.accounts_first_in_year
      ),
      sum(c.side)
    from (
      select
        a.entity_id, a.date, a.hour,
        a.total_views, a.timed_views, a.time_total, a.entries, a.bounces, a.unique_visitors, a.unique_accounts, a.new_visitors,
        a.new_accounts, a.visitors_first_in_week, a.accounts_first_in_week, a.visitors_first_in_month,
        a.accounts_first_in_month, a.visitors_first_in_quarter, a.accounts_first_in_quarter, a.visitors_first_in_year,
        a.accounts_first_in_year, 1 as side
      from aggregates a
      union all
      select
        a.entity_id, a.date, a.hour,
        a.total_views, a.timed_views, a.time_total, a.entries, a.bounces, a.unique_visitors, a.unique_accounts, a.new_visitors,
        a.new_accounts, a.visitors_first_in_week, a.accounts_first_in_week, a.visitors_first_in_month,
        a.accounts_first_in_month, a.visitors_first_in_quarter, a.accounts_first_in_quarter, a.visitors_first_in_year,
        a.accounts_first_in_year, -1
      from :schema.analytics_aggregates a
      where a.entity_type = (p_slice).entity_type
        and (a.entity_id between (p_slice).first_id and (p_slice).last_id or ((p_slice).first_id is null and a.entity_id is null))
    ) c
    group by
      c.entity_id, c.date, c.hour,
      c.total_views, c.timed_views, c.time_total, c.entries, c.bounces, c.unique_visitors, c.unique_accounts, c.new_visitors,
      c.new_accounts, c.visitors_first_in_week, c.accounts_first_in_week, c.visitors_first_in_month,
      c.accounts_first_in_month, c.visitors_first_in_quarter, c.accounts_first_in_quarter, c.visitors_first_in_year,
      c.accounts_first_in_year
    having sum(c.side) <> 0
    union all
    -- a view that is to be added and is not there, or was taken away and is
    select
      'page_view_changes', v.entity_id,
      jsonb_build_object(
        'is_account', v.is_account, 'visitor_id', v.visitor_id::text, 'viewed_at', v.viewed_at, 'time_on_page', v.time_on_page
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
    null, null,
    jsonb_build_object(
      'page_views', coalesce(sum(v.views), 0),
      'entities', count(distinct v.entity_id) + coalesce(max((v.entity_id is null)::integer), 0)
    ),
    null, null
  from views v;
end;
