-- How many, over time? The one read of a series: the client asks it, and get_time_series_data for SQL and RPC users.
--
-- In PL/pgSQL, so that a connection plans its statements once: planning took longer than running them.

-- What does date_trunc call a bucket of this period?
create function :schema.period_unit(p_period text) returns text
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_unit text := case p_period
    when 'hourly' then 'hour' when 'daily' then 'day' when 'weekly' then 'week'
    when 'monthly' then 'month' when 'quarterly' then 'quarter' when 'yearly' then 'year'
  end;
begin
  if v_unit is null then
    raise exception 'p_period must be hourly, daily, weekly, monthly, quarterly or yearly, and is %', coalesce(p_period, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  return v_unit;
end
$$;

-- How long is one?
create function :schema.unit_length(p_unit text) returns interval
language sql immutable
begin atomic
  select case p_unit when 'quarter' then interval '3 months' else ('1 ' || p_unit)::interval end;
end;

-- Which hours did the clocks of the zone show on these dates? One is skipped and one comes twice each year: the first
-- is none, the second one. A quarter of an hour is the finest step in which clocks are moved.
create function :schema.hours_of(p_start_date date, p_end_date date) returns table (date date, hour smallint)
language sql stable
begin atomic
  select distinct local.time::date, extract(hour from local.time)::smallint
  from :schema.analytics_settings s
  cross join generate_series(
    p_start_date::timestamp at time zone s.time_zone - interval '1 day',
    p_end_date::timestamp at time zone s.time_zone + interval '2 days',
    interval '15 minutes'
  ) instant
  cross join lateral (select instant at time zone s.time_zone as time) local
  where local.time::date between p_start_date and p_end_date;
end;

-- How many visitors of these dates were there on an earlier one of these dates as well? Unique visitors of a range are
-- the visitors of its days less these.
-- Whole weeks are read by weeks; by days, the returns to the first days (p_start_date up to the first Monday) and
-- those on the last ones. p_effects: what pending changes add.
create function :schema.returned_within(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_effects :schema.series_effect[],
  out visitors bigint, out accounts bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_first_monday date := :schema.week_of(p_start_date + 6);
  -- the day after the last whole week
  v_rest date := :schema.week_of(p_end_date + 1);
begin
  if v_first_monday >= v_rest then
    v_first_monday := p_end_date + 1;
    v_rest := p_end_date + 1;
  end if;
  -- summed where they are read; of each pair one is run
  select coalesce(sum(r.visitors), 0), coalesce(sum(r.accounts), 0)
  into visitors, accounts
  from (
    select sum(w.visitors), sum(w.accounts) from :schema.analytics_visitor_return_weeks w
    where w.entity_type = p_entity_type and w.entity_id = p_entity_id
      and w.week >= v_first_monday and w.week < v_rest and w.prev_week >= v_first_monday
    union all
    select sum(w.visitors), sum(w.accounts) from :schema.analytics_visitor_return_weeks w
    where w.entity_type = p_entity_type and p_entity_id is null and w.entity_id is null
      and w.week >= v_first_monday and w.week < v_rest and w.prev_week >= v_first_monday
    union all
    select sum(f.visitors), sum(f.accounts) from :schema.analytics_visitor_returns f
    where f.entity_type = p_entity_type and f.entity_id = p_entity_id
      and f.prev_date >= p_start_date and f.prev_date < v_first_monday and f.date <= p_end_date
    union all
    select sum(f.visitors), sum(f.accounts) from :schema.analytics_visitor_returns f
    where f.entity_type = p_entity_type and p_entity_id is null and f.entity_id is null
      and f.prev_date >= p_start_date and f.prev_date < v_first_monday and f.date <= p_end_date
    union all
    select sum(l.visitors), sum(l.accounts) from :schema.analytics_visitor_returns l
    where l.entity_type = p_entity_type and l.entity_id = p_entity_id
      and l.date >= v_rest and l.date <= p_end_date and l.prev_date >= v_first_monday
    union all
    select sum(l.visitors), sum(l.accounts) from :schema.analytics_visitor_returns l
    where l.entity_type = p_entity_type and p_entity_id is null and l.entity_id is null
      and l.date >= v_rest and l.date <= p_end_date and l.prev_date >= v_first_monday
    union all
    select sum(e.unique_visitors), sum(e.unique_accounts) from unnest(p_effects) e
    where e.prev_date >= p_start_date and e.date <= p_end_date
  ) r (visitors, accounts);
end
$$;

-- How many viewed this entity in each bucket that has views, and over all dates together (date NULL)?
-- The row of all dates also says how many changes are pending, and whether they are in the answer.
create function :schema.entity_series(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text
) returns table (
  date date, hour smallint, total_views bigint, timed_views bigint, time_total bigint,
  unique_visitors bigint, unique_accounts bigint, entries bigint, bounces bigint,
  is_live boolean, pending_changes integer, folded_through timestamptz
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_unit text := :schema.period_unit(p_period);
  -- hours have no cut bucket, and their sums are those of days
  v_day_unit text := case v_unit when 'hour' then 'day' else v_unit end;
  v_pending record;
  v_effects :schema.series_effect[];
  v_first_bucket date := date_trunc(v_day_unit, p_start_date::timestamp);
  v_first_end date;
  v_returned record;
  v_returned_first record;
begin
  select p.is_live, p.pending_changes, p.folded_through, p.effects into v_pending
  from :schema.pending_series_effects(p_entity_type, p_entity_id, p_start_date, p_end_date) p;
  v_effects := v_pending.effects;

  v_returned := :schema.returned_within(p_entity_type, p_entity_id, p_start_date, p_end_date, v_effects);
  -- of the first bucket, where the range cuts it: often that is all
  v_first_end := v_first_bucket + :schema.unit_length(v_day_unit) - interval '1 day';
  if v_first_bucket < p_start_date and v_first_end < p_end_date then
    v_returned_first := :schema.returned_within(p_entity_type, p_entity_id, p_start_date, v_first_end, v_effects);
  else
    v_returned_first := v_returned;
  end if;

  return query
  with
  day_rows as materialized (
    select
      a.date, a.total_views, a.timed_views, a.time_total, a.unique_visitors, a.unique_accounts, a.entries, a.bounces,
      case v_day_unit
        when 'day' then a.unique_visitors when 'week' then a.visitors_first_in_week
        when 'month' then a.visitors_first_in_month when 'quarter' then a.visitors_first_in_quarter
        else a.visitors_first_in_year
      end as visitors_of_period,
      case v_day_unit
        when 'day' then a.unique_accounts when 'week' then a.accounts_first_in_week
        when 'month' then a.accounts_first_in_month when 'quarter' then a.accounts_first_in_quarter
        else a.accounts_first_in_year
      end as accounts_of_period
    from :schema.day_rows_of(p_entity_type, p_entity_id, p_start_date, p_end_date) a
    union all
    select
      e.date, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts, e.entries, e.bounces,
      case v_day_unit
        when 'day' then e.unique_visitors when 'week' then e.visitors_first_in_week
        when 'month' then e.visitors_first_in_month when 'quarter' then e.visitors_first_in_quarter
        else e.visitors_first_in_year
      end,
      case v_day_unit
        when 'day' then e.unique_accounts when 'week' then e.accounts_first_in_week
        when 'month' then e.accounts_first_in_month when 'quarter' then e.accounts_first_in_quarter
        else e.accounts_first_in_year
      end
    from unnest(v_effects) e
    where e.hour is null and e.prev_date is null
  )
  -- a day has one row, unless something is pending
  select
    d.date, null::smallint, d.total_views::bigint, d.timed_views::bigint, d.time_total,
    d.unique_visitors::bigint, d.unique_accounts::bigint, d.entries::bigint, d.bounces::bigint,
    null::boolean, null::integer, null::timestamptz
  from day_rows d
  where v_unit = 'day' and v_effects = '{}'
  union all
  select
    b.bucket, null, b.total_views, b.timed_views, b.time_total::bigint,
    case when b.bucket < p_start_date then b.visitors_of_days - v_returned_first.visitors else b.visitors end,
    case when b.bucket < p_start_date then b.accounts_of_days - v_returned_first.accounts else b.accounts end,
    b.entries, b.bounces, null, null, null
  from (
    select
      date_trunc(v_unit, d.date::timestamp)::date as bucket,
      sum(d.total_views) as total_views, sum(d.timed_views) as timed_views, sum(d.time_total) as time_total,
      sum(d.unique_visitors) as visitors_of_days, sum(d.unique_accounts) as accounts_of_days,
      sum(d.visitors_of_period) as visitors, sum(d.accounts_of_period) as accounts,
      sum(d.entries) as entries, sum(d.bounces) as bounces
    from day_rows d
    where v_unit <> 'hour' and not (v_unit = 'day' and v_effects = '{}')
    group by 1
  ) b
  where b.total_views > 0
  union all
  select
    null, null, coalesce(sum(d.total_views), 0), coalesce(sum(d.timed_views), 0), coalesce(sum(d.time_total), 0)::bigint,
    coalesce(sum(d.unique_visitors), 0) - v_returned.visitors, coalesce(sum(d.unique_accounts), 0) - v_returned.accounts,
    coalesce(sum(d.entries), 0), coalesce(sum(d.bounces), 0),
    v_pending.is_live, v_pending.pending_changes, v_pending.folded_through
  from day_rows d;

  if v_unit = 'hour' then
    return query
    select
      h.date, h.hour, sum(h.total_views), sum(h.timed_views), sum(h.time_total)::bigint,
      sum(h.unique_visitors), sum(h.unique_accounts), sum(h.entries), sum(h.bounces),
      null::boolean, null::integer, null::timestamptz
    from (
      select
        a.date, a.hour, a.total_views, a.timed_views, a.time_total, a.unique_visitors, a.unique_accounts, a.entries, a.bounces
      from :schema.hour_rows_of(p_entity_type, p_entity_id, p_start_date, p_end_date) a
      union all
      select
        e.date, e.hour, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts, e.entries, e.bounces
      from unnest(v_effects) e
      where e.hour is not null
    ) h
    group by h.date, h.hour
    having sum(h.total_views) > 0;
  end if;
end
$$;
