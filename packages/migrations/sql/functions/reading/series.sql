-- The series of an entity.

-- How many visitors of these dates were there on an earlier one of these dates as well? Unique visitors of a range are
-- the visitors of its days less these. p_returns: what pending changes add.
--
-- Read by whole weeks from the Monday next to p_start_date to the one next to the day after p_end_date. Then each end is
-- corrected by days, three at most: by the returns to those between p_start_date and its Monday, and by those on the days
-- between the other two. They are added where the weeks begin too late or end too early, else taken away.
create or replace function :schema.returned_within(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_returns :schema.return_delta[],
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

  -- summed where they are read
  select coalesce(sum(r.visitors), 0), coalesce(sum(r.accounts), 0)
  into visitors, accounts
  from (
    select sum(w.visitors), sum(w.accounts) from :schema.analytics_visitor_return_weeks w
    where w.entity_type = p_entity_type and w.entity_id = p_entity_id
      and w.week >= v_first_monday and w.week < v_last_monday and w.prev_week >= v_first_monday
    union all
    select v_first_sign * sum(f.visitors), v_first_sign * sum(f.accounts) from :schema.analytics_visitor_returns f
    where f.entity_type = p_entity_type and f.entity_id = p_entity_id and f.date <= p_end_date
      and f.prev_date >= least(p_start_date, v_first_monday) and f.prev_date < greatest(p_start_date, v_first_monday)
    union all
    select v_last_sign * sum(l.visitors), v_last_sign * sum(l.accounts) from :schema.analytics_visitor_returns l
    where l.entity_type = p_entity_type and l.entity_id = p_entity_id and l.prev_date >= v_first_monday
      and l.date >= least(v_rest, v_last_monday) and l.date < greatest(v_rest, v_last_monday)
    union all
    select sum(e.visitors), sum(e.accounts) from unnest(p_returns) e
    where e.prev_date >= p_start_date and e.date <= p_end_date
  ) r (visitors, accounts);
end
$$;

-- The days of this entity on these dates, and what pending changes add to them.
create or replace function :schema.series_days(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_deltas :schema.day_delta[]
) returns table (
  date date, views integer, timed_views integer, time_total bigint, visitors integer, accounts integer,
  again_ever integer, accounts_again_ever integer,
  again_in_week integer, accounts_again_in_week integer, again_in_month integer, accounts_again_in_month integer,
  again_in_quarter integer, accounts_again_in_quarter integer, again_in_year integer, accounts_again_in_year integer,
  entries integer, bounces integer
)
language sql stable
begin atomic
  select
    d.date, d.views, d.timed_views, d.time_total, d.visitors, d.accounts,
    d.again_ever, d.accounts_again_ever,
    d.again_in_week, d.accounts_again_in_week, d.again_in_month, d.accounts_again_in_month,
    d.again_in_quarter, d.accounts_again_in_quarter, d.again_in_year, d.accounts_again_in_year, d.entries, d.bounces
  from :schema.analytics_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
  union all
  select
    e.date, e.views, e.timed_views, e.time_total, e.visitors, e.accounts,
    e.again_ever, e.accounts_again_ever,
    e.again_in_week, e.accounts_again_in_week, e.again_in_month, e.accounts_again_in_month,
    e.again_in_quarter, e.accounts_again_in_quarter, e.again_in_year, e.accounts_again_in_year, e.entries, e.bounces
  from unnest(p_deltas) e;
end;

-- The hours of this entity on these dates, and what pending changes add to them. An hour is known by how many labels it is
-- after the first midnight, and has one row.
create or replace function :schema.series_hours(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_deltas :schema.day_delta[]
) returns table (
  hour integer, views bigint, timed_views bigint, time_total bigint, visitors bigint, accounts bigint, entries bigint,
  bounces bigint
)
language sql stable
begin atomic
  select
    (h.date - p_start_date) * 24 + h.hour, sum(h.views), coalesce(sum(h.timed_views), 0), coalesce(sum(h.time_total), 0)::bigint,
    coalesce(sum(h.visitors), 0), coalesce(sum(h.accounts), 0), coalesce(sum(h.entries), 0), coalesce(sum(h.bounces), 0)
  from (
    select d.date, d.hour, d.views, d.timed_views, d.time_total, d.visitors, d.accounts, d.entries, d.bounces
    from :schema.analytics_days d
    where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
      and d.hour is not null
    union all
    select p.date, u.*
    from (
      select a.date, a.hours from :schema.analytics_hours a
      where a.entity_type = p_entity_type and a.entity_id = p_entity_id and a.date between p_start_date and p_end_date
      union all
      select e.date, e.hours from unnest(p_deltas) e
    ) p
    cross join lateral :schema.unpacked_hours(p.hours) u
  ) h
  group by 1
  -- packed hours may hold records that add up to nothing
  having sum(h.views) <> 0 or sum(h.entries) <> 0 or sum(h.visitors) <> 0;
end;

-- How many viewed this entity in each bucket that has views, and how many visitors had all dates together? p_days, p_returns:
-- what pending changes add on these dates.
-- The series in one row: a column has one value per bucket, in the order of buckets, which says how many days (or hours)
-- after p_start_date each begins. New visitors, who had never been there before, are not known by hours.
-- Days are grouped by hashing: to sort those of a year takes longer.
create or replace function :schema.series_between(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text,
  p_days :schema.day_delta[], p_returns :schema.return_delta[],
  out buckets integer[], out total_views bigint[], out timed_views bigint[], out time_total bigint[],
  out unique_visitors bigint[], out unique_accounts bigint[], out new_visitors bigint[], out new_accounts bigint[],
  out entries bigint[], out bounces bigint[],
  out visitors_of_range bigint, out accounts_of_range bigint, out new_visitors_of_range bigint, out new_accounts_of_range bigint
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
  v_first_bucket date;
  v_first_end date;
  v_returned record;
  v_returned_first record;
  v_again bigint;
  v_accounts_again bigint;
begin
  v_returned := :schema.returned_within(p_entity_type, p_entity_id, p_start_date, p_end_date, p_returns);

  if v_unit = 'day' and p_days = '{}' then
    -- a day has one row
    select
      array_agg(d.date - p_start_date), array_agg(d.views::bigint), array_agg(coalesce(d.timed_views, 0)::bigint),
      array_agg(coalesce(d.time_total, 0)), array_agg(coalesce(d.visitors, 0)::bigint), array_agg(coalesce(d.accounts, 0)::bigint),
      array_agg((coalesce(d.visitors, 0) - coalesce(d.again_ever, 0))::bigint),
      array_agg((coalesce(d.accounts, 0) - coalesce(d.accounts_again_ever, 0))::bigint),
      array_agg(coalesce(d.entries, 0)::bigint), array_agg(coalesce(d.bounces, 0)::bigint), sum(d.visitors), sum(d.accounts), sum(d.again_ever), sum(d.accounts_again_ever)
    into
      buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, new_visitors, new_accounts,
      entries, bounces, visitors_of_range, accounts_of_range, v_again, v_accounts_again
    from :schema.analytics_days d
    where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date;
  elsif v_unit = 'hour' then
    select sum(d.visitors), sum(d.accounts), sum(d.again_ever), sum(d.accounts_again_ever)
    into visitors_of_range, accounts_of_range, v_again, v_accounts_again
    from :schema.series_days(p_entity_type, p_entity_id, p_start_date, p_end_date, p_days) d;

    select
      array_agg(h.hour), array_agg(h.views), array_agg(h.timed_views), array_agg(h.time_total),
      array_agg(h.visitors), array_agg(h.accounts), array_agg(h.entries), array_agg(h.bounces)
    into buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces
    from :schema.series_hours(p_entity_type, p_entity_id, p_start_date, p_end_date, p_days) h;
  else
    -- of the first bucket, where the range cuts it: often that is all
    v_first_bucket := date_trunc(v_unit, p_start_date::timestamp);
    v_first_end := v_first_bucket + :schema.unit_length(v_unit) - interval '1 day';
    v_returned_first := v_returned;
    if v_first_bucket < p_start_date and v_first_end < p_end_date then
      v_returned_first := :schema.returned_within(p_entity_type, p_entity_id, p_start_date, v_first_end, p_returns);
    end if;

    select
      array_agg(b.bucket), array_agg(b.views), array_agg(b.timed_views), array_agg(b.time_total::bigint),
      array_agg(b.visitors - case when b.bucket < 0 then v_returned_first.visitors else b.again end),
      array_agg(b.accounts - case when b.bucket < 0 then v_returned_first.accounts else b.accounts_again end),
      array_agg(b.visitors - b.again_ever), array_agg(b.accounts - b.accounts_again_ever),
      array_agg(b.entries), array_agg(b.bounces), sum(b.visitors), sum(b.accounts), sum(b.again_ever), sum(b.accounts_again_ever)
    into
      buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, new_visitors, new_accounts,
      entries, bounces, visitors_of_range, accounts_of_range, v_again, v_accounts_again
    from (
      select
        case
          when v_first_end >= p_end_date then v_first_bucket - p_start_date
          when v_by_weeks then (d.date - v_first_bucket) / 7 * 7 + v_first_bucket - p_start_date
          else date_trunc(v_unit, d.date::timestamp)::date - p_start_date
        end as bucket,
        sum(d.views) as views, coalesce(sum(d.timed_views), 0) as timed_views, coalesce(sum(d.time_total), 0) as time_total,
        coalesce(sum(d.visitors), 0) as visitors, coalesce(sum(d.accounts), 0) as accounts,
        coalesce(sum(d.again_ever), 0) as again_ever, coalesce(sum(d.accounts_again_ever), 0) as accounts_again_ever,
        coalesce(sum(
          case
            when v_by_weeks then d.again_in_week when v_by_months then d.again_in_month
            when v_by_quarters then d.again_in_quarter when v_by_years then d.again_in_year
          end
        ), 0) as again,
        coalesce(sum(
          case
            when v_by_weeks then d.accounts_again_in_week when v_by_months then d.accounts_again_in_month
            when v_by_quarters then d.accounts_again_in_quarter when v_by_years then d.accounts_again_in_year
          end
        ), 0) as accounts_again,
        coalesce(sum(d.entries), 0) as entries, coalesce(sum(d.bounces), 0) as bounces
      from :schema.series_days(p_entity_type, p_entity_id, p_start_date, p_end_date, p_days) d
      group by 1
    ) b;
  end if;
  new_visitors_of_range := coalesce(visitors_of_range, 0) - coalesce(v_again, 0);
  new_accounts_of_range := coalesce(accounts_of_range, 0) - coalesce(v_accounts_again, 0);
  visitors_of_range := coalesce(visitors_of_range, 0) - v_returned.visitors;
  accounts_of_range := coalesce(accounts_of_range, 0) - v_returned.accounts;
end
$$;

-- The series with all that is pending, as the client reads it: columns as text, which no driver has to take apart, and with what
-- its hours and its unfinished buckets are known from. It also says how many changes are pending, and whether they are in the answer.
-- A function, so that a call has a statement to be planned that says next to nothing.
create or replace function :schema.time_series_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text,
  out buckets text, out total_views text, out timed_views text, out time_total text,
  out unique_visitors text, out unique_accounts text, out new_visitors text, out new_accounts text,
  out entries text, out bounces text, out visitors_of_range double precision, out accounts_of_range double precision,
  out new_visitors_of_range double precision, out new_accounts_of_range double precision, out hours text, out local_hour text,
  out live boolean, out pending_changes integer, out folded_through text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  v_entity_id :entity_id_type := coalesce(p_entity_id, :no_entity);
  v_pending record := :schema.pending_series(array[p_entity_type], array[v_entity_id], p_start_date, p_end_date);
begin
  select
    s.*, v_pending.is_live, v_pending.pending_changes, :schema.instant_text(v_pending.folded_through),
    (select to_char(current_timestamp at time zone i.time_zone, 'YYYY-MM-DD HH24') from :schema.analytics_settings i)
  into
    buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, new_visitors, new_accounts, entries, bounces,
    visitors_of_range, accounts_of_range, new_visitors_of_range, new_accounts_of_range, live, pending_changes, folded_through, local_hour
  from :schema.series_between(
    p_entity_type, v_entity_id, p_start_date, p_end_date, p_period, v_pending.days, v_pending.returns
  ) s;

  if p_period = 'hourly' then
    hours := (
      select json_agg(json_build_array(h.date, h.hour) order by h.date, h.hour)
      from :schema.hours_of(p_start_date, p_end_date) h
    );
  end if;
end
$$;
