-- Reading the entities of the history in, when its sessions are. What the history is: session-history.sql.

-- Read the entities of this type in, from the first id to the last, both included; without ids, the views of no entity.
-- Their sessions were read before. Returns how many page views that were.
create or replace function :schema.read_entities(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_time_zone text
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  v_page_views bigint;
begin
  with
  -- read in place: where nothing is pending, only one of those who name it has something to do
  raw as not materialized (
    select
      pv.entity_id:::entity_id_type as entity_id, pv.account_id:::account_id_type as account_id,
      pv.session_id:::session_id_type as session_id, pv.viewed_at, pv.time_on_page::bigint as time_on_page
    from :page_views pv
    where pv.entity_type = p_entity_type
      and (pv.entity_id between p_first_id and p_last_id or (p_first_id is null and pv.entity_id is null))
      and :schema.is_counted(pv.entity_type, pv.viewed_at)
  ),
  pending as materialized (
    select q.sign, q.entity_id, q.account_id, q.session_id, q.viewed_at, q.time_on_page
    from :schema.page_view_changes q
    where q.entity_type = p_entity_type
      and (q.entity_id is not distinct from p_first_id or q.entity_id in (select r.entity_id from raw r))
  ),
  views as materialized (
    select r.* from raw r where not exists (select from pending)
    union all
    (
      (
        select r.* from raw r where exists (select from pending)
        union all
        select p.entity_id, p.account_id, p.session_id, p.viewed_at, p.time_on_page from pending p where p.sign < 0
      )
      except all
      select p.entity_id, p.account_id, p.session_id, p.viewed_at, p.time_on_page from pending p where p.sign > 0
    )
  ),
  -- visitor_id is NULL for views by nobody
  visitor_hours as (
    select
      v.entity_id, v.account_id is not null as is_account,
      coalesce(v.account_id:::visitor_id_type, v.session_id:::visitor_id_type) as visitor_id,
      local.time::date as date, extract(hour from local.time)::smallint as hour,
      count(*)::integer as views, count(v.time_on_page)::integer as timed_views,
      coalesce(sum(v.time_on_page), 0)::bigint as time_total,
      min(v.viewed_at) as first_view, max(v.viewed_at) as last_view
    from views v
    cross join lateral (select v.viewed_at at time zone p_time_zone as time) local
    group by 1, 2, 3, 4, 5
  ),
  -- the date of the visitor's row before: the same one, or that of the nearest earlier day
  hours as materialized (
    select
      h.*, lag(h.date) over (partition by h.entity_id, h.is_account, h.visitor_id order by h.date, h.hour) as date_before
    from visitor_hours h
  ),
  days as materialized (
    select
      h.entity_id, h.is_account, h.visitor_id, h.date, min(h.date_before) filter (where h.date_before < h.date) as prev_date,
      sum(h.views)::integer as views, sum(h.timed_views)::integer as timed_views, bit_or(1 << h.hour) as hours_seen,
      sum(h.time_total)::bigint as time_total, min(h.first_view) as first_view, max(h.last_view) as last_view
    from hours h
    where h.visitor_id is not null
    group by h.entity_id, h.is_account, h.visitor_id, h.date
  ),
  written_days as (
    insert into :schema.analytics_visitor_days (
      entity_type, entity_id, is_account, visitor_id, date, prev_date,
      views, timed_views, hours_seen, time_total, first_view, last_view
    )
    select
      p_entity_type, d.entity_id, d.is_account, d.visitor_id, d.date, d.prev_date,
      d.views, d.timed_views, d.hours_seen, d.time_total, d.first_view, d.last_view
    from days d
    order by d.entity_id, d.date, d.visitor_id, d.is_account
  ),
  written_visitors as (
    insert into :schema.analytics_visitors (
      entity_type, entity_id, is_account, visitor_id, visit_count, days_visited, timed_views, time_total,
      first_visit, last_visit
    )
    select
      p_entity_type, d.entity_id, d.is_account, d.visitor_id, sum(d.views), count(*), sum(d.timed_views), sum(d.time_total),
      min(d.first_view), max(d.last_view)
    from days d
    group by d.entity_id, d.is_account, d.visitor_id
    order by d.entity_id, d.visitor_id, d.is_account
  ),
  returns as materialized (
    select
      d.entity_id, d.date, d.prev_date, count(*)::integer as visitors, count(*) filter (where d.is_account)::integer as accounts
    from days d
    where d.prev_date is not null
    group by d.entity_id, d.date, d.prev_date
  ),
  written_returns as (
    insert into :schema.analytics_visitor_returns (entity_type, entity_id, date, prev_date, visitors, accounts)
    select p_entity_type, r.entity_id, r.date, r.prev_date, r.visitors, r.accounts
    from returns r
    order by r.entity_id, r.date, r.prev_date
  ),
  written_return_weeks as (
    insert into :schema.analytics_visitor_return_weeks (entity_type, entity_id, week, prev_week, visitors, accounts)
    select
      p_entity_type, r.entity_id, :schema.week_of(r.date), :schema.week_of(r.prev_date), sum(r.visitors), sum(r.accounts)
    from returns r
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
  ),
  entries as materialized (
    select
      s.entry_entity_id as entity_id, local.time::date as date, extract(hour from local.time)::smallint as hour,
      :schema.is_bounce(s.total_views, s.time_total)::integer as bounces
    from :schema.visitor_sessions s
    cross join lateral (select s.first_seen at time zone p_time_zone as time) local
    where s.entry_entity_type = p_entity_type
      and (s.entry_entity_id between p_first_id and p_last_id or (p_first_id is null and s.entry_entity_id is null))
  ),
  by_hour as (
    select
      c.entity_id, c.date, c.hour, sum(c.views) as total_views, sum(c.timed_views) as timed_views, sum(c.time_total) as time_total,
      sum(c.entries) as entries, sum(c.bounces) as bounces,
      count(c.visitor_id) as visitors, count(c.visitor_id) filter (where c.is_account) as accounts
    from (
      select
        h.entity_id, h.date, h.hour, h.views, h.timed_views, h.time_total, h.visitor_id, h.is_account, 0 as entries, 0 as bounces
      from hours h
      union all
      select e.entity_id, e.date, e.hour, 0, 0, 0, null, false, 1, e.bounces from entries e
    ) c
    group by c.entity_id, c.date, c.hour
  ),
  -- first_in_*: whether the visitor-day that begins with this hour is the visitor's first there
  by_day as (
    select
      c.entity_id, c.date, sum(c.views) as total_views, sum(c.timed_views) as timed_views, sum(c.time_total) as time_total,
      sum(c.entries) as entries, sum(c.bounces) as bounces,
      count(c.visitor_id) as visitors, count(c.visitor_id) filter (where c.is_account) as accounts,
      count(*) filter (where c.is_new) as new_visitors,
      count(*) filter (where c.is_new and c.is_account) as new_accounts,
      count(*) filter (where c.first_in_week) as visitors_first_in_week,
      count(*) filter (where c.first_in_week and c.is_account) as accounts_first_in_week,
      count(*) filter (where c.first_in_month) as visitors_first_in_month,
      count(*) filter (where c.first_in_month and c.is_account) as accounts_first_in_month,
      count(*) filter (where c.first_in_quarter) as visitors_first_in_quarter,
      count(*) filter (where c.first_in_quarter and c.is_account) as accounts_first_in_quarter,
      count(*) filter (where c.first_in_year) as visitors_first_in_year,
      count(*) filter (where c.first_in_year and c.is_account) as accounts_first_in_year
    from (
      select
        h.entity_id, h.date, h.views, h.timed_views, h.time_total,
        case when first.of_day then h.visitor_id end as visitor_id, h.is_account,
        first.of_day and h.date_before is null as is_new,
        first.of_day and :schema.is_first_in('week', h.date, h.date_before) as first_in_week,
        first.of_day and :schema.is_first_in('month', h.date, h.date_before) as first_in_month,
        first.of_day and :schema.is_first_in('quarter', h.date, h.date_before) as first_in_quarter,
        first.of_day and :schema.is_first_in('year', h.date, h.date_before) as first_in_year,
        0 as entries, 0 as bounces
      from hours h
      cross join lateral (
        select h.visitor_id is not null and h.date_before is distinct from h.date as of_day
      ) first
      union all
      select e.entity_id, e.date, 0, 0, 0, null, false, false, false, false, false, false, 1, e.bounces from entries e
    ) c
    group by c.entity_id, c.date
  ),
  written_aggregates as (
    insert into :schema.analytics_aggregates (
      entity_type, entity_id, date, hour, total_views, timed_views, time_total, entries, bounces, unique_visitors, unique_accounts,
      new_visitors, new_accounts, visitors_first_in_week, accounts_first_in_week,
      visitors_first_in_month, accounts_first_in_month, visitors_first_in_quarter, accounts_first_in_quarter,
      visitors_first_in_year, accounts_first_in_year
    )
    select p_entity_type, r.*
    from (
      select
        d.entity_id, d.date, null::smallint as hour, d.total_views, d.timed_views, d.time_total, d.entries, d.bounces, d.visitors, d.accounts,
        d.new_visitors, d.new_accounts, d.visitors_first_in_week, d.accounts_first_in_week,
        d.visitors_first_in_month, d.accounts_first_in_month, d.visitors_first_in_quarter, d.accounts_first_in_quarter,
        d.visitors_first_in_year, d.accounts_first_in_year
      from by_day d
      union all
      select
        h.entity_id, h.date, h.hour, h.total_views, h.timed_views, h.time_total, h.entries, h.bounces, h.visitors, h.accounts,
        null, null, null, null, null, null, null, null, null, null
      from by_hour h
    ) r
    order by r.entity_id, r.hour, r.date
  )
  select count(*) into v_page_views from views;
  return v_page_views;
end
$$;
