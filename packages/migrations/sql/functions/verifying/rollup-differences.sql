-- Verifying the rollups of entities: what is stored against what page views say.

-- Which rows of which rollup differ? stored is NULL for a row that is missing, expected for one too many; else both hold
-- the columns that differ. rollup is NULL in the one line that says how much was compared. Where a rollup keeps NULL for 0 or
-- 1, what it means is compared, and of packed hours what they add up to.
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
      v.entity_id, v.kind, v.visitor_id, v.local_time::date as date, extract(hour from v.local_time)::integer as hour,
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
      h.entity_id, h.kind, h.visitor_id, h.date, h.kind = 'a' as is_account,
      lag(h.date) over (partition by h.entity_id, h.kind, h.visitor_id order by h.date) as prev_date,
      sum(sum(h.views)) over (partition by h.entity_id, h.kind, h.visitor_id) as visit_count,
      sum(h.views) as views, sum(h.timed_views) as timed_views, sum(1 << h.hour) as hours_seen, sum(h.time_total) as time_total,
      min(h.first_view) as first_view, max(h.last_view) as last_view
    from hours h
    where h.visitor_id is not null
    group by h.entity_id, h.kind, h.visitor_id, h.date
  ),
  -- who was there before: ever, in the same week, month, quarter or year
  again as (
    select
      d.entity_id, d.date, d.is_account, d.prev_date is not null as ever,
      date_trunc('week', d.prev_date::timestamp) = date_trunc('week', d.date::timestamp) as in_week,
      date_trunc('month', d.prev_date::timestamp) = date_trunc('month', d.date::timestamp) as in_month,
      date_trunc('quarter', d.prev_date::timestamp) = date_trunc('quarter', d.date::timestamp) as in_quarter,
      extract(year from d.prev_date) = extract(year from d.date) as in_year
    from days d
  ),
  -- sessions are compared with page views by themselves: here entries are compared with sessions, less what is on its way
  entries as (
    select
      e.entity_id, l.time::date as date, extract(hour from l.time)::integer as hour, 1 as entries,
      (e.total_views = 1 and e.time_total < 10)::integer as bounces
    from (
      select v.entity_id, s.first_seen_at, s.total_views, s.time_total
      from (
        select w.session_id, w.entity_id from views w where w.session_id is not null and w.views > 0
        union
        select q.session_id, q.entity_id from :schema.session_changes q
        where q.entity_type = (p_slice).entity_type and q.entity_id between (p_slice).first_id and (p_slice).last_id
      ) v
      cross join lateral (
        select s.* from :schema.visitor_sessions s where s.session_id = v.session_id limit 1
      ) s
      where s.entry_entity_type = (p_slice).entity_type and s.entry_entity_id = v.entity_id
    ) e
    cross join lateral (select e.first_seen_at at time zone p_time_zone as time) l
    union all
    select q.entity_id, q.date, q.hour, -q.entries, -q.bounces
    from :schema.entry_changes q
    where q.entity_type = (p_slice).entity_type and q.entity_id between (p_slice).first_id and (p_slice).last_id
  ),
  -- what is expected counts up and what is stored counts down
  sides as (
    select
      'analytics_visitor_days' as rollup, d.entity_id,
      jsonb_build_object('date', d.date, 'kind', d.kind, 'visitor_id', d.visitor_id::text) as key, 1 as side,
      jsonb_build_object(
        'prev_date', d.prev_date, 'views', d.views::bigint, 'timed_views', d.timed_views::bigint,
        'hours_seen', d.hours_seen::bigint, 'time_total', d.time_total::bigint, 'first_view', d.first_view, 'last_view', d.last_view
      ) as columns
    from days d
    where d.visit_count > 1
    union all
    select
      'analytics_visitor_days', d.entity_id,
      jsonb_build_object('date', d.date, 'kind', d.kind, 'visitor_id', d.visitor_id::text), -1,
      jsonb_build_object(
        'prev_date', d.prev_date, 'views', d.views, 'timed_views', coalesce(d.timed_views, 0), 'hours_seen', d.hours_seen,
        'time_total', coalesce(d.time_total, 0), 'first_view', d.first_view, 'last_view', d.last_view
      )
    from :schema.analytics_visitor_days d
    where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
    union all
    select
      'analytics_entity_visitors', d.entity_id, jsonb_build_object('kind', d.kind, 'visitor_id', d.visitor_id::text), 1,
      jsonb_build_object(
        'visit_count', sum(d.views)::bigint, 'days_visited', count(*), 'timed_views', sum(d.timed_views)::bigint,
        'time_total', sum(d.time_total)::bigint, 'first_visit', min(d.first_view), 'last_visit', max(d.last_view)
      )
    from days d
    group by d.entity_id, d.kind, d.visitor_id
    union all
    select
      'analytics_entity_visitors', v.entity_id, jsonb_build_object('kind', v.kind, 'visitor_id', v.visitor_id::text), -1,
      jsonb_build_object(
        'visit_count', coalesce(v.visit_count, 1), 'days_visited', coalesce(v.days_visited, 1),
        'timed_views', coalesce(v.timed_views, 0), 'time_total', coalesce(v.time_total, 0), 'first_visit', v.first_visit,
        'last_visit', coalesce(v.last_visit, v.first_visit)
      )
    from :schema.analytics_entity_visitors v
    where v.entity_type = (p_slice).entity_type and v.entity_id between (p_slice).first_id and (p_slice).last_id
    union all
    select
      'analytics_visitor_returns', d.entity_id, jsonb_build_object('date', d.date, 'prev_date', d.prev_date), 1,
      jsonb_build_object('visitors', count(*), 'accounts', count(*) filter (where d.is_account))
    from days d
    where d.prev_date is not null
    group by d.entity_id, d.date, d.prev_date
    union all
    select
      'analytics_visitor_returns', r.entity_id, jsonb_build_object('date', r.date, 'prev_date', r.prev_date), -1,
      jsonb_build_object('visitors', r.visitors, 'accounts', r.accounts)
    from :schema.analytics_visitor_returns r
    where r.entity_type = (p_slice).entity_type and r.entity_id between (p_slice).first_id and (p_slice).last_id
    union all
    select
      'analytics_visitor_return_weeks', w.entity_id, jsonb_build_object('week', w.week, 'prev_week', w.prev_week), 1,
      jsonb_build_object('visitors', count(*), 'accounts', count(*) filter (where w.is_account))
    from (
      select
        d.entity_id, d.date - extract(isodow from d.date)::integer + 1 as week,
        d.prev_date - extract(isodow from d.prev_date)::integer + 1 as prev_week, d.is_account
      from days d
      where d.prev_date is not null
    ) w
    group by w.entity_id, w.week, w.prev_week
    union all
    select
      'analytics_visitor_return_weeks', w.entity_id, jsonb_build_object('week', w.week, 'prev_week', w.prev_week), -1,
      jsonb_build_object('visitors', w.visitors, 'accounts', w.accounts)
    from :schema.analytics_visitor_return_weeks w
    where w.entity_type = (p_slice).entity_type and w.entity_id between (p_slice).first_id and (p_slice).last_id
    union all
    select
      'analytics_days', u.entity_id, jsonb_build_object('date', u.date), 1,
      jsonb_build_object(
        'views', sum(u.views)::bigint, 'timed_views', sum(u.timed_views)::bigint, 'time_total', sum(u.time_total)::bigint,
        'entries', sum(u.entries)::bigint, 'bounces', sum(u.bounces)::bigint,
        'visitors', sum(u.visitors), 'accounts', sum(u.accounts),
        'again_ever', sum(u.ever), 'accounts_again_ever', sum(u.ever * u.accounts),
        'again_in_week', sum(u.week), 'accounts_again_in_week', sum(u.week * u.accounts),
        'again_in_month', sum(u.month), 'accounts_again_in_month', sum(u.month * u.accounts),
        'again_in_quarter', sum(u.quarter), 'accounts_again_in_quarter', sum(u.quarter * u.accounts),
        'again_in_year', sum(u.year), 'accounts_again_in_year', sum(u.year * u.accounts)
      )
    from (
      select
        h.entity_id, h.date, h.views, h.timed_views, h.time_total, 0 as entries, 0 as bounces, 0 as visitors, 0 as accounts,
        0 as ever, 0 as week, 0 as month, 0 as quarter, 0 as year
      from hours h
      union all
      select e.entity_id, e.date, 0, 0, 0, e.entries, e.bounces, 0, 0, 0, 0, 0, 0, 0 from entries e
      union all
      select
        a.entity_id, a.date, 0, 0, 0, 0, 0, 1, a.is_account::integer, a.ever::integer, coalesce(a.in_week, false)::integer,
        coalesce(a.in_month, false)::integer, coalesce(a.in_quarter, false)::integer, coalesce(a.in_year, false)::integer
      from again a
    ) u
    group by u.entity_id, u.date
    having sum(u.views) <> 0 or sum(u.entries) <> 0 or sum(u.bounces) <> 0
    union all
    select
      'analytics_days', d.entity_id, jsonb_build_object('date', d.date), -1,
      jsonb_build_object(
        'views', d.views, 'timed_views', coalesce(d.timed_views, 0), 'time_total', coalesce(d.time_total, 0),
        'entries', coalesce(d.entries, 0), 'bounces', coalesce(d.bounces, 0),
        'visitors', coalesce(d.visitors, 0), 'accounts', coalesce(d.accounts, 0),
        'again_ever', coalesce(d.again_ever, 0), 'accounts_again_ever', coalesce(d.accounts_again_ever, 0),
        'again_in_week', coalesce(d.again_in_week, 0), 'accounts_again_in_week', coalesce(d.accounts_again_in_week, 0),
        'again_in_month', coalesce(d.again_in_month, 0), 'accounts_again_in_month', coalesce(d.accounts_again_in_month, 0),
        'again_in_quarter', coalesce(d.again_in_quarter, 0),
        'accounts_again_in_quarter', coalesce(d.accounts_again_in_quarter, 0),
        'again_in_year', coalesce(d.again_in_year, 0), 'accounts_again_in_year', coalesce(d.accounts_again_in_year, 0)
      )
    from :schema.analytics_days d
    where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
    union all
    select
      'analytics_hours', u.entity_id, jsonb_build_object('date', u.date, 'hour', u.hour), 1,
      jsonb_build_object(
        'views', sum(u.views)::bigint, 'timed_views', sum(u.timed_views)::bigint, 'time_total', sum(u.time_total)::bigint,
        'visitors', sum(u.visitors), 'accounts', sum(u.accounts), 'entries', sum(u.entries)::bigint, 'bounces', sum(u.bounces)::bigint
      )
    from (
      select
        h.entity_id, h.date, h.hour, h.views, h.timed_views, h.time_total, (h.visitor_id is not null)::integer as visitors,
        (h.visitor_id is not null and h.kind = 'a')::integer as accounts, 0 as entries, 0 as bounces
      from hours h
      union all
      select e.entity_id, e.date, e.hour, 0, 0, 0, 0, 0, e.entries, e.bounces from entries e
    ) u
    group by u.entity_id, u.date, u.hour
    having sum(u.views) <> 0 or sum(u.entries) <> 0 or sum(u.bounces) <> 0
    union all
    select
      'analytics_hours', u.entity_id, jsonb_build_object('date', u.date, 'hour', u.hour), -1,
      jsonb_build_object(
        'views', sum(u.views), 'timed_views', sum(u.timed_views), 'time_total', sum(u.time_total)::bigint,
        'visitors', sum(u.visitors), 'accounts', sum(u.accounts), 'entries', sum(u.entries), 'bounces', sum(u.bounces)
      )
    from (
      select
        d.entity_id, d.date, d.hour::integer, d.views, coalesce(d.timed_views, 0) as timed_views,
        coalesce(d.time_total, 0) as time_total, coalesce(d.visitors, 0) as visitors, coalesce(d.accounts, 0) as accounts,
        coalesce(d.entries, 0) as entries, coalesce(d.bounces, 0) as bounces
      from :schema.analytics_days d
      where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
        and d.hour is not null
      union all
      select
        h.entity_id, h.date, h.hours[n][1], h.hours[n][2], h.hours[n][3], h.hours[n][4] * 1073741824::bigint + h.hours[n][5],
        h.hours[n][6], h.hours[n][7], h.hours[n][8], h.hours[n][9]
      from :schema.analytics_hours h
      cross join lateral generate_series(1, coalesce(array_length(h.hours, 1), 0)) n
      where h.entity_type = (p_slice).entity_type and h.entity_id between (p_slice).first_id and (p_slice).last_id
    ) u
    group by u.entity_id, u.date, u.hour
    having (sum(u.views), sum(u.timed_views), sum(u.time_total), sum(u.visitors), sum(u.accounts), sum(u.entries), sum(u.bounces))
      <> (0, 0, 0, 0, 0, 0, 0)
    union all
    -- a view that is to be added and is not there, or was taken away and is
    select
      'page_view_changes', v.entity_id,
      jsonb_build_object('kind', v.kind, 'visitor_id', v.visitor_id::text, 'viewed_at', v.viewed_at, 'time_on_page', v.time_on_page),
      -1, jsonb_build_object('views', -v.views)
    from views v
    where v.views < 0
  ),
  -- what is equal is gone
  net as (
    select s.rollup, s.entity_id, s.key, s.columns, sum(s.side) as net
    from sides s
    group by s.rollup, s.entity_id, s.key, s.columns
    having sum(s.side) <> 0
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
    jsonb_build_object('page_views', coalesce(sum(v.views), 0), 'entities', count(distinct v.entity_id)),
    null, null
  from views v;
end;
