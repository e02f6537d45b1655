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
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  v_unit text := :schema.period_unit(p_period);
begin
  if p_start_date is null or p_end_date is null then
    raise exception 'p_start_date and p_end_date must both be given' using errcode = 'invalid_parameter_value';
  end if;
  if p_start_date > p_end_date then
    raise exception 'p_start_date (%) is after p_end_date (%)', p_start_date, p_end_date
      using errcode = 'invalid_parameter_value';
  end if;

  return query
  select
    b.date, b.hour, coalesce(s.total_views, 0), coalesce(s.unique_visitors, 0), coalesce(s.unique_accounts, 0),
    coalesce(s.unique_visitors - s.unique_accounts, 0),
    round(s.time_total::numeric / nullif(s.timed_views, 0), 2), round(100.0 * s.bounces / nullif(s.entries, 0), 2)
  from (
    select bucket::date as date, null::smallint as hour, bucket::date - p_start_date as bucket
    from generate_series(
      date_trunc(v_unit, p_start_date::timestamp), p_end_date::timestamp, :schema.unit_length(v_unit)
    ) bucket
    where v_unit <> 'hour'
    union all
    select h.date, h.hour, (h.date - p_start_date) * 24 + h.hour
    from :schema.hours_of(p_start_date, p_end_date) h
    where v_unit = 'hour'
  ) b
  left join (
    select u.*
    from :schema.entity_series(p_entity_type, p_entity_id, p_start_date, p_end_date, p_period) e
    cross join lateral unnest(
      e.buckets, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts, e.entries, e.bounces
    ) u (bucket, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces)
  ) s on s.bucket = b.bucket
  order by b.date, b.hour;
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
  with
  pending as materialized (
    select p.days from :schema.pending_visitor_days(p_entity_type, p_entity_id) p
  ),
  visitors as (
    select
      v.is_account, v.visitor_id, v.visit_count::bigint as visit_count, v.days_visited::bigint as days_visited,
      v.first_visit, v.last_visit, v.avg_time_on_page
    from :schema.visitors_of(p_entity_type, p_entity_id) v
    where p_start_date is null and p_end_date is null
      and (v.visitor_id, v.is_account) not in (
        select e.visitor_id, e.is_account from pending p cross join lateral :schema.visitors_after(p.days) e
      )
    union all
    select e.is_account, e.visitor_id, e.visit_count, e.days_visited, e.first_visit, e.last_visit, e.avg_time_on_page
    from pending p
    cross join lateral :schema.visitors_after(p.days) e
    where p_start_date is null and p_end_date is null and e.visit_count > 0
    union all
    select
      d.is_account, d.visitor_id, sum(d.views), count(*), min(d.first_view), max(d.last_view),
      round(sum(d.time_total) / nullif(sum(d.timed_views), 0), 2)
    from pending p
    cross join lateral :schema.visitor_days_after(
      p_entity_type, p_entity_id, coalesce(p_start_date, '-infinity'), coalesce(p_end_date, 'infinity'), p.days
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
