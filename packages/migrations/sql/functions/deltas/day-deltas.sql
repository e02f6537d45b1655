-- What the deltas of visitor-days do to an entity's dates, their hours and their returns: differences, to be added.

-- Is a visitor with this return date here again since the period began that the date is in?
create or replace function :schema.is_again_in(p_period text, p_date date, p_prev_date date) returns boolean
language sql immutable parallel safe
begin atomic
  select coalesce(p_prev_date >= date_trunc(p_period, p_date::timestamp)::date, false);
end;

-- What do changes, the deltas of their visitor-days, and entries do to dates and their hours?
-- Visitors of a date are not those of its hours added up, so both are counted and put together.
create or replace function :schema.day_deltas(
  p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[], p_entries :schema.entry_delta[]
) returns setof :schema.day_delta
language sql stable
begin atomic
  with
  states as (
    select
      d.entity_type, d.entity_id, d.date, s.sign, (s.state).prev_date as prev_date, (s.state).hours_seen as hours_seen,
      s.sign * (d.kind = 'a')::integer as accounts
    from unnest(p_days) d
    -- of VALUES, each row would be prepared anew for each of them
    cross join generate_series(-1, 1, 2) g (sign)
    cross join lateral (select case when g.sign > 0 then d.after else d.before end as state, g.sign) s
    where (s.state).views <> 0
      and ((d.after).views is null or (d.before).views is null
        or (d.after).prev_date is distinct from (d.before).prev_date or (d.after).hours_seen <> (d.before).hours_seen)
  ),
  hours as (
    select
      h.entity_type, h.entity_id, h.date, h.hour, sum(h.views)::integer as views, sum(h.timed_views)::integer as timed_views,
      sum(h.time_total)::bigint as time_total, sum(h.visitors)::integer as visitors, sum(h.accounts)::integer as accounts,
      sum(h.entries)::integer as entries, sum(h.bounces)::integer as bounces
    from (
      select
        c.entity_type, c.entity_id, local.time::date as date, date_part('hour', local.time)::integer as hour,
        c.sign::integer as views, case when c.time_on_page is not null then c.sign::integer end as timed_views,
        c.sign * c.time_on_page::bigint as time_total,
        null::integer as visitors, null::integer as accounts, null::integer as entries, null::integer as bounces
      from :schema.reporting_zone() z
      cross join unnest(p_changes) c
      cross join lateral (select c.viewed_at at time zone z.time_zone as time) local
      where c.sign <> 0
      union all
      select e.entity_type, e.entity_id, e.date, e.hour, null, null, null, null, null, e.entries, e.bounces
      from unnest(p_entries) e
      union all
      -- most were seen in one hour: the number of the bits below its own
      select
        s.entity_type, s.entity_id, s.date, bit_count((s.hours_seen - 1)::bit(24))::integer,
        null, null, null, s.sign, s.accounts, null, null
      from states s
      where s.hours_seen & (s.hours_seen - 1) = 0
      union all
      select s.entity_type, s.entity_id, s.date, h.hour, null, null, null, s.sign, s.accounts, null, null
      from states s
      cross join lateral generate_series(0, 23) h (hour)
      where s.hours_seen & (s.hours_seen - 1) <> 0 and s.hours_seen & (1 << h.hour) <> 0
    ) h
    group by h.entity_id, h.date, h.hour, h.entity_type
  ),
  dates as (
    select
      h.entity_type, h.entity_id, h.date, sum(h.views)::integer as views, sum(h.timed_views)::integer as timed_views,
      sum(h.time_total)::bigint as time_total, sum(h.entries)::integer as entries, sum(h.bounces)::integer as bounces,
      array_agg(
        :schema.packed_hour(
          h.hour::smallint, coalesce(h.views, 0), coalesce(h.timed_views, 0), coalesce(h.time_total, 0), coalesce(h.visitors, 0),
          coalesce(h.accounts, 0), coalesce(h.entries, 0), coalesce(h.bounces, 0)
        )
      ) as hours
    from hours h
    -- what nothing is said of, is nothing: entries that come and go alone would leave an hour, and a date, without anything
    where h.views <> 0 or h.timed_views <> 0 or h.time_total <> 0 or h.visitors <> 0 or h.accounts <> 0 or h.entries <> 0 or h.bounces <> 0
    group by h.entity_id, h.date, h.entity_type
  ),
  visitors as (
    select
      s.entity_type, s.entity_id, s.date, sum(s.sign)::integer as visitors, sum(s.accounts)::integer as accounts,
      sum(s.sign * again.ever)::integer as ever, sum(s.accounts * again.ever)::integer as ever_accounts,
      sum(s.sign * again.week)::integer as week, sum(s.accounts * again.week)::integer as week_accounts,
      sum(s.sign * again.month)::integer as month, sum(s.accounts * again.month)::integer as month_accounts,
      sum(s.sign * again.quarter)::integer as quarter, sum(s.accounts * again.quarter)::integer as quarter_accounts,
      sum(s.sign * again.year)::integer as year, sum(s.accounts * again.year)::integer as year_accounts
    from states s
    -- most are there for the first time: nothing is added for them
    left join lateral (
      select
        1 as ever,
        :schema.is_again_in('week', s.date, s.prev_date)::integer as week,
        :schema.is_again_in('month', s.date, s.prev_date)::integer as month,
        :schema.is_again_in('quarter', s.date, s.prev_date)::integer as quarter,
        :schema.is_again_in('year', s.date, s.prev_date)::integer as year
      where s.prev_date is not null
    ) again on true
    group by s.entity_id, s.date, s.entity_type
  )
  select
    coalesce(d.entity_type, v.entity_type), coalesce(d.entity_id, v.entity_id), coalesce(d.date, v.date),
    coalesce(d.views, 0), coalesce(d.timed_views, 0), coalesce(d.time_total, 0),
    coalesce(v.visitors, 0), coalesce(v.accounts, 0), coalesce(d.entries, 0), coalesce(d.bounces, 0),
    coalesce(v.ever, 0), coalesce(v.ever_accounts, 0), coalesce(v.week, 0), coalesce(v.week_accounts, 0),
    coalesce(v.month, 0), coalesce(v.month_accounts, 0), coalesce(v.quarter, 0), coalesce(v.quarter_accounts, 0),
    coalesce(v.year, 0), coalesce(v.year_accounts, 0), d.hours
  from dates d
  full join visitors v on v.entity_id = d.entity_id and v.date = d.date and v.entity_type = d.entity_type;
end;

-- What do the deltas of visitor-days do to the returns?
create or replace function :schema.return_deltas(p_days :schema.visitor_day_delta[]) returns setof :schema.return_delta
language sql stable
begin atomic
  select
    d.entity_type, d.entity_id, d.date, (s.state).prev_date,
    sum(s.sign)::integer, sum(s.sign * (d.kind = 'a')::integer)::integer
  from unnest(p_days) d
  cross join generate_series(-1, 1, 2) g (sign)
  cross join lateral (select case when g.sign > 0 then d.after else d.before end as state, g.sign) s
  where (s.state).prev_date is not null and (d.before).prev_date is distinct from (d.after).prev_date
  group by d.entity_id, d.date, (s.state).prev_date, d.entity_type
  having sum(s.sign) <> 0 or sum(s.sign * (d.kind = 'a')::integer) <> 0;
end;
