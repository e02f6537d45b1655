-- How many, over time? The one read of a series: the client asks it, and get_time_series_data for SQL and RPC users.
--
-- In PL/pgSQL, so that a connection plans its statements once: planning took longer than running them.

-- What does date_trunc call a bucket of this period?
create or replace function :schema.period_unit(p_period text) returns text
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
create or replace function :schema.unit_length(p_unit text) returns interval
language sql immutable
begin atomic
  select case p_unit when 'quarter' then interval '3 months' else ('1 ' || p_unit)::interval end;
end;

-- Which hours did the clocks of the zone show on these dates? One is skipped and one comes twice each year: the first
-- is none, the second one. A quarter of an hour is the finest step in which clocks are moved.
create or replace function :schema.hours_of(p_start_date date, p_end_date date) returns table (date date, hour smallint)
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
-- the visitors of its days less these. p_effects: what pending changes add.
--
-- Read by whole weeks from the Monday next to p_start_date to the one next to the day after p_end_date. Then each end is
-- put right by days, three at most: by the returns to those between p_start_date and its Monday, and by those on the days
-- between the other two. They are added where the weeks begin too late or end too early, else taken away.
create or replace function :schema.returned_within(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_effects :schema.series_effect[],
  out visitors bigint, out accounts bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_rest date := p_end_date + 1;
  v_first_monday date := :schema.week_of(p_start_date + 3);
  v_last_monday date := :schema.week_of(v_rest + 3);
  v_first_sign integer;
  v_last_sign integer;
begin
  if v_first_monday >= v_last_monday then
    v_first_monday := v_rest;
    v_last_monday := v_rest;
  end if;
  v_first_sign := sign(v_first_monday - p_start_date);
  v_last_sign := sign(v_rest - v_last_monday);

  -- summed where they are read; of each pair one is run
  select coalesce(sum(r.visitors), 0), coalesce(sum(r.accounts), 0)
  into visitors, accounts
  from (
    select sum(w.visitors), sum(w.accounts) from :schema.analytics_visitor_return_weeks w
    where w.entity_type = p_entity_type and w.entity_id = p_entity_id
      and w.week >= v_first_monday and w.week < v_last_monday and w.prev_week >= v_first_monday
    union all
    select sum(w.visitors), sum(w.accounts) from :schema.analytics_visitor_return_weeks w
    where w.entity_type = p_entity_type and p_entity_id is null and w.entity_id is null
      and w.week >= v_first_monday and w.week < v_last_monday and w.prev_week >= v_first_monday
    union all
    select v_first_sign * sum(f.visitors), v_first_sign * sum(f.accounts) from :schema.analytics_visitor_returns f
    where f.entity_type = p_entity_type and f.entity_id = p_entity_id and f.date <= p_end_date
      and f.prev_date >= least(p_start_date, v_first_monday) and f.prev_date < greatest(p_start_date, v_first_monday)
    union all
    select v_first_sign * sum(f.visitors), v_first_sign * sum(f.accounts) from :schema.analytics_visitor_returns f
    where f.entity_type = p_entity_type and p_entity_id is null and f.entity_id is null and f.date <= p_end_date
      and f.prev_date >= least(p_start_date, v_first_monday) and f.prev_date < greatest(p_start_date, v_first_monday)
    union all
    select v_last_sign * sum(l.visitors), v_last_sign * sum(l.accounts) from :schema.analytics_visitor_returns l
    where l.entity_type = p_entity_type and l.entity_id = p_entity_id and l.prev_date >= v_first_monday
      and l.date >= least(v_rest, v_last_monday) and l.date < greatest(v_rest, v_last_monday)
    union all
    select v_last_sign * sum(l.visitors), v_last_sign * sum(l.accounts) from :schema.analytics_visitor_returns l
    where l.entity_type = p_entity_type and p_entity_id is null and l.entity_id is null and l.prev_date >= v_first_monday
      and l.date >= least(v_rest, v_last_monday) and l.date < greatest(v_rest, v_last_monday)
    union all
    select sum(e.unique_visitors), sum(e.unique_accounts) from unnest(p_effects) e
    where e.prev_date >= p_start_date and e.date <= p_end_date
  ) r (visitors, accounts);
end
$$;

-- The days of this entity on these dates, and what pending changes add to them.
create or replace function :schema.series_days(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_effects :schema.series_effect[]
) returns table (
  date date, total_views integer, timed_views integer, time_total bigint, unique_visitors integer, unique_accounts integer,
  visitors_first_in_week integer, accounts_first_in_week integer,
  visitors_first_in_month integer, accounts_first_in_month integer,
  visitors_first_in_quarter integer, accounts_first_in_quarter integer,
  visitors_first_in_year integer, accounts_first_in_year integer, entries integer, bounces integer
)
language sql stable
begin atomic
  select
    a.date, a.total_views, a.timed_views, a.time_total, a.unique_visitors, a.unique_accounts,
    a.visitors_first_in_week, a.accounts_first_in_week, a.visitors_first_in_month, a.accounts_first_in_month,
    a.visitors_first_in_quarter, a.accounts_first_in_quarter, a.visitors_first_in_year, a.accounts_first_in_year,
    a.entries, a.bounces
  from :schema.day_rows_of(p_entity_type, p_entity_id, p_start_date, p_end_date) a
  union all
  select
    e.date, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts,
    e.visitors_first_in_week, e.accounts_first_in_week, e.visitors_first_in_month, e.accounts_first_in_month,
    e.visitors_first_in_quarter, e.accounts_first_in_quarter, e.visitors_first_in_year, e.accounts_first_in_year,
    e.entries, e.bounces
  from unnest(p_effects) e
  where e.hour is null and e.prev_date is null;
end;

-- And its hours. An hour is told by how many labels it is after the first midnight, and has one row.
create or replace function :schema.series_hours(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_effects :schema.series_effect[]
) returns table (
  hour integer, total_views bigint, timed_views bigint, time_total bigint,
  unique_visitors bigint, unique_accounts bigint, entries bigint, bounces bigint
)
language sql stable
begin atomic
  select
    (h.date - p_start_date) * 24 + h.hour, sum(h.total_views), sum(h.timed_views), sum(h.time_total)::bigint,
    sum(h.unique_visitors), sum(h.unique_accounts), sum(h.entries), sum(h.bounces)
  from (
    select
      a.date, a.hour, a.total_views, a.timed_views, a.time_total, a.unique_visitors, a.unique_accounts, a.entries, a.bounces
    from :schema.hour_rows_of(p_entity_type, p_entity_id, p_start_date, p_end_date) a
    union all
    select
      e.date, e.hour, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts, e.entries, e.bounces
    from unnest(p_effects) e
    where e.hour is not null
  ) h
  group by 1;
end;

-- How many viewed this entity in each bucket that has views, and how many visitors had all dates together?
-- The series in one row: a column has one value per bucket, in the order of buckets, which says how many days (or hours)
-- after p_start_date each begins. It also says how many changes are pending, and whether they are in the answer.
-- Days are grouped by hashing: to sort those of a year takes longer.
create or replace function :schema.entity_series(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text,
  out buckets integer[], out total_views bigint[], out timed_views bigint[], out time_total bigint[],
  out unique_visitors bigint[], out unique_accounts bigint[], out entries bigint[], out bounces bigint[],
  out visitors_of_range bigint, out accounts_of_range bigint,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_sort = off
as $$
#variable_conflict use_column
declare
  v_unit text := :schema.period_unit(p_period);
  -- asked of each day: a comparison of texts would cost as much as what it decides
  v_by_weeks boolean := v_unit = 'week';
  v_by_months boolean := v_unit = 'month';
  v_by_quarters boolean := v_unit = 'quarter';
  v_by_years boolean := v_unit = 'year';
  v_effects :schema.series_effect[];
  v_first_bucket date;
  v_first_end date;
  v_returned record;
  v_returned_first record;
begin
  select p.is_live, p.pending_changes, p.folded_through, p.effects
  into is_live, pending_changes, folded_through, v_effects
  from :schema.pending_series_effects(p_entity_type, p_entity_id, p_start_date, p_end_date) p;
  v_returned := :schema.returned_within(p_entity_type, p_entity_id, p_start_date, p_end_date, v_effects);

  if v_unit = 'day' and v_effects = '{}' then
    -- a day has one row
    select
      array_agg(d.date - p_start_date), array_agg(d.total_views::bigint), array_agg(d.timed_views::bigint),
      array_agg(d.time_total), array_agg(d.unique_visitors::bigint), array_agg(d.unique_accounts::bigint),
      array_agg(d.entries::bigint), array_agg(d.bounces::bigint), sum(d.unique_visitors), sum(d.unique_accounts)
    into
      buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces,
      visitors_of_range, accounts_of_range
    from :schema.day_rows_of(p_entity_type, p_entity_id, p_start_date, p_end_date) d;
  elsif v_unit = 'hour' then
    select sum(d.unique_visitors), sum(d.unique_accounts)
    into visitors_of_range, accounts_of_range
    from :schema.series_days(p_entity_type, p_entity_id, p_start_date, p_end_date, v_effects) d;

    select
      array_agg(h.hour), array_agg(h.total_views), array_agg(h.timed_views), array_agg(h.time_total),
      array_agg(h.unique_visitors), array_agg(h.unique_accounts), array_agg(h.entries), array_agg(h.bounces)
    into buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces
    from :schema.series_hours(p_entity_type, p_entity_id, p_start_date, p_end_date, v_effects) h;
  else
    -- of the first bucket, where the range cuts it: often that is all
    v_first_bucket := date_trunc(v_unit, p_start_date::timestamp);
    v_first_end := v_first_bucket + :schema.unit_length(v_unit) - interval '1 day';
    v_returned_first := v_returned;
    if v_first_bucket < p_start_date and v_first_end < p_end_date then
      v_returned_first := :schema.returned_within(p_entity_type, p_entity_id, p_start_date, v_first_end, v_effects);
    end if;

    select
      array_agg(b.bucket), array_agg(b.total_views), array_agg(b.timed_views), array_agg(b.time_total::bigint),
      array_agg(case when b.bucket < 0 then b.visitors_of_days - v_returned_first.visitors else b.visitors end),
      array_agg(case when b.bucket < 0 then b.accounts_of_days - v_returned_first.accounts else b.accounts end),
      array_agg(b.entries), array_agg(b.bounces), sum(b.visitors_of_days), sum(b.accounts_of_days)
    into
      buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces,
      visitors_of_range, accounts_of_range
    from (
      select
        case
          when v_first_end >= p_end_date then v_first_bucket - p_start_date
          when v_by_weeks then (d.date - v_first_bucket) / 7 * 7 + v_first_bucket - p_start_date
          else date_trunc(v_unit, d.date::timestamp)::date - p_start_date
        end as bucket,
        sum(d.total_views) as total_views, sum(d.timed_views) as timed_views, sum(d.time_total) as time_total,
        sum(d.unique_visitors) as visitors_of_days, sum(d.unique_accounts) as accounts_of_days,
        sum(
          case
            when v_by_weeks then d.visitors_first_in_week when v_by_months then d.visitors_first_in_month
            when v_by_quarters then d.visitors_first_in_quarter when v_by_years then d.visitors_first_in_year
            else d.unique_visitors
          end
        ) as visitors,
        sum(
          case
            when v_by_weeks then d.accounts_first_in_week when v_by_months then d.accounts_first_in_month
            when v_by_quarters then d.accounts_first_in_quarter when v_by_years then d.accounts_first_in_year
            else d.unique_accounts
          end
        ) as accounts,
        sum(d.entries) as entries, sum(d.bounces) as bounces
      from :schema.series_days(p_entity_type, p_entity_id, p_start_date, p_end_date, v_effects) d
      group by 1
    ) b;
  end if;
  visitors_of_range := coalesce(visitors_of_range, 0) - v_returned.visitors;
  accounts_of_range := coalesce(accounts_of_range, 0) - v_returned.accounts;
end
$$;

-- The same as the client reads it: columns as text, which no driver has to take apart, and with what its hours and its
-- unfinished buckets are told by. A function, so that a call has a statement to be planned that says next to nothing.
create or replace function :schema.time_series_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text,
  out buckets text, out total_views text, out timed_views text, out time_total text,
  out unique_visitors text, out unique_accounts text, out entries text, out bounces text,
  out visitors_of_range double precision, out accounts_of_range double precision, out hours text, out local_hour text,
  out live boolean, out pending_changes integer, out folded_through text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  select
    s.buckets, s.total_views, s.timed_views, s.time_total, s.unique_visitors, s.unique_accounts, s.entries, s.bounces,
    s.visitors_of_range, s.accounts_of_range, s.is_live, s.pending_changes,
    to_char(s.folded_through at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    (select to_char(current_timestamp at time zone i.time_zone, 'YYYY-MM-DD HH24') from :schema.analytics_settings i)
  into
    buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces,
    visitors_of_range, accounts_of_range, live, pending_changes, folded_through, local_hour
  from :schema.entity_series(p_entity_type, p_entity_id, p_start_date, p_end_date, p_period) s;

  if p_period = 'hourly' then
    hours := (
      select json_agg(json_build_array(h.date, h.hour) order by h.date, h.hour)
      from :schema.hours_of(p_start_date, p_end_date) h
    );
  end if;
end
$$;
