-- Two questions for SQL and RPC users, answered with the same numbers as the client's.

-- How many viewed this entity, over time? One row per bucket, empty ones included.
create function :schema.get_time_series_data(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text default 'daily'
) returns table (
  date date, hour smallint, total_views bigint, unique_visitors bigint, unique_accounts bigint,
  anonymous_visitors bigint, avg_time_on_page numeric, bounce_rate numeric
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
  v_unit text;
begin
  v_unit := case p_period
    when 'hourly' then 'hour' when 'daily' then 'day' when 'weekly' then 'week'
    when 'monthly' then 'month' when 'quarterly' then 'quarter' when 'yearly' then 'year'
  end;
  if v_unit is null then
    raise exception 'p_period must be hourly, daily, weekly, monthly, quarterly or yearly, and is %', coalesce(p_period, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  if p_start_date is null or p_end_date is null then
    raise exception 'p_start_date and p_end_date must both be given' using errcode = 'invalid_parameter_value';
  end if;
  if p_start_date > p_end_date then
    raise exception 'p_start_date (%) is after p_end_date (%)', p_start_date, p_end_date
      using errcode = 'invalid_parameter_value';
  end if;

  if v_unit = 'hour' then
    return query
    with hours as (
      -- the hours that the clocks showed: none is skipped twice a year, one comes twice
      select distinct local.time::date as date, extract(hour from local.time)::smallint as hour
      from :schema.analytics_settings s
      cross join generate_series(
        p_start_date::timestamp at time zone s.time_zone - interval '1 day',
        p_end_date::timestamp at time zone s.time_zone + interval '2 days',
        interval '15 minutes'
      ) instant
      cross join lateral (select instant at time zone s.time_zone as time) local
      where local.time::date between p_start_date and p_end_date
    )
    select
      h.date, h.hour, coalesce(a.total_views, 0)::bigint, coalesce(a.unique_visitors, 0)::bigint,
      coalesce(a.unique_accounts, 0)::bigint, coalesce(a.anonymous_visitors, 0)::bigint, a.avg_time_on_page, a.bounce_rate
    from hours h
    left join (
      select a.* from :schema.analytics_aggregates a
      where a.entity_type = p_entity_type and a.hour = any (array(select generate_series(0, 23)::smallint))
        and (a.entity_id = p_entity_id or p_entity_id is null and a.entity_id is null)
        and a.date between p_start_date and p_end_date
    ) a on a.date = h.date and a.hour = h.hour
    order by h.date, h.hour;
    return;
  end if;

  return query
  with
  buckets as (
    select bucket::date as date, greatest(bucket::date, p_start_date) as start_date
    from generate_series(
      date_trunc(v_unit, p_start_date::timestamp), p_end_date::timestamp,
      case v_unit when 'quarter' then interval '3 months' else ('1 ' || v_unit)::interval end
    ) bucket
  ),
  days as (
    select
      date_trunc(v_unit, a.date::timestamp)::date as bucket,
      sum(a.total_views) as total_views,
      sum(a.timed_views) as timed_views,
      sum(a.time_total) as time_total,
      sum(a.entries) as entries,
      sum(a.bounces) as bounces,
      sum(a.new_visitors) as new_visitors,
      sum(a.new_accounts) as new_accounts,
      sum(case v_unit
        when 'day' then a.unique_visitors when 'week' then a.visitors_first_in_week
        when 'month' then a.visitors_first_in_month when 'quarter' then a.visitors_first_in_quarter
        else a.visitors_first_in_year end) as visitors,
      sum(case v_unit
        when 'day' then a.unique_accounts when 'week' then a.accounts_first_in_week
        when 'month' then a.accounts_first_in_month when 'quarter' then a.accounts_first_in_quarter
        else a.accounts_first_in_year end) as accounts
    from :schema.analytics_aggregates a
    where a.entity_type = p_entity_type and a.hour is null
      and (a.entity_id = p_entity_id or p_entity_id is null and a.entity_id is null)
      and a.date between p_start_date and p_end_date
    group by 1
  ),
  -- in a bucket that the range cuts at its start, those who were there before the cut count as well
  returned as (
    select b.date as bucket, sum(r.visitors) as visitors, sum(r.accounts) as accounts
    from buckets b
    join :schema.analytics_visitor_returns r
      on r.date between b.start_date and (b.date + case v_unit when 'quarter' then interval '3 months' else ('1 ' || v_unit)::interval end - interval '1 day')::date
      and r.date <= p_end_date and r.prev_date < b.start_date
    where b.start_date > b.date and r.entity_type = p_entity_type
      and (r.entity_id = p_entity_id or p_entity_id is null and r.entity_id is null)
    group by b.date
  ),
  counted as (
    select
      b.date, d.total_views, d.timed_views, d.time_total, d.entries, d.bounces,
      case when b.start_date > b.date then d.new_visitors + coalesce(r.visitors, 0) else d.visitors end as visitors,
      case when b.start_date > b.date then d.new_accounts + coalesce(r.accounts, 0) else d.accounts end as accounts
    from buckets b
    left join days d on d.bucket = b.date
    left join returned r on r.bucket = b.date
  )
  select
    c.date, null::smallint, coalesce(c.total_views, 0)::bigint, coalesce(c.visitors, 0)::bigint,
    coalesce(c.accounts, 0)::bigint, coalesce(c.visitors - c.accounts, 0)::bigint,
    round(c.time_total / nullif(c.timed_views, 0), 2), round(100.0 * c.bounces / nullif(c.entries, 0), 2)
  from counted c
  order by c.date;
end
$$;

-- Who viewed this entity, and how often? Over all time, or on the dates given; most views first.
create function :schema.get_entity_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date default null, p_end_date date default null,
  p_limit integer default 50
) returns table (
  account_id :account_id_type, session_id :session_id_type, username text, display_name text,
  visit_count bigint, days_visited bigint, first_visit timestamptz, last_visit timestamptz, avg_time_on_page numeric
)
language sql stable
begin atomic
  with visitors as (
    select
      v.is_account, v.visitor_id, v.visit_count::bigint as visit_count, v.days_visited::bigint as days_visited,
      v.first_visit, v.last_visit, v.avg_time_on_page
    from :schema.visitors_of(p_entity_type, p_entity_id) v
    where p_start_date is null and p_end_date is null
    union all
    select
      d.is_account, d.visitor_id, sum(d.views), count(*), min(d.first_view), max(d.last_view),
      round(sum(d.time_total) / nullif(sum(d.timed_views), 0), 2)
    from :schema.visitor_days_of(
      p_entity_type, p_entity_id, coalesce(p_start_date, '-infinity'), coalesce(p_end_date, 'infinity')
    ) d
    where p_start_date is not null or p_end_date is not null
    group by d.is_account, d.visitor_id
  ),
  listed as (
    select
      case when v.is_account then v.visitor_id:::account_id_type end as account_id,
      case when not v.is_account then v.visitor_id:::session_id_type end as session_id,
      v.*
    from visitors v
    order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
    limit p_limit
  )
  select
    l.account_id, l.session_id, a.username, coalesce(a.display_name, a.username, 'Anonymous'),
    l.visit_count, l.days_visited, l.first_visit, l.last_visit, l.avg_time_on_page
  from listed l
  left join :schema.analytics_accounts a on a.account_id = l.account_id
  order by l.visit_count desc, l.last_visit desc, l.is_account, l.visitor_id;
end;
