-- What the deltas of visitor-days do to an entity's dates, their hours and their returns: differences, to be added.

-- Is a visitor with this return date here again since the period began that the date is in?
create or replace function :schema.is_again_in(p_period text, p_date date, p_prev_date date) returns boolean
language sql immutable parallel safe
begin atomic
  select coalesce(p_prev_date >= date_trunc(p_period, p_date::timestamp)::date, false);
end;

-- What do changes, the deltas of their visitor-days, and entries do to dates and their hours?
-- A date is the hour -1 until all are put together: visitors of a date are not those of its hours added up.
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
    cross join lateral (values (d.after, 1), (d.before, -1)) s (state, sign)
    where (s.state).views <> 0
      and ((d.after).views is null or (d.before).views is null
        or (d.after).prev_date is distinct from (d.before).prev_date or (d.after).hours_seen <> (d.before).hours_seen)
  ),
  hours as (
    select
      h.entity_type, h.entity_id, h.date, h.hour,
      sum(h.views) as views, sum(h.timed_views) as timed_views, sum(h.time_total) as time_total,
      sum(h.visitors) as visitors, sum(h.accounts) as accounts, sum(h.entries) as entries, sum(h.bounces) as bounces,
      sum(h.ever) as ever, sum(h.ever_accounts) as ever_accounts, sum(h.week) as week, sum(h.week_accounts) as week_accounts,
      sum(h.month) as month, sum(h.month_accounts) as month_accounts,
      sum(h.quarter) as quarter, sum(h.quarter_accounts) as quarter_accounts,
      sum(h.year) as year, sum(h.year_accounts) as year_accounts
    from (
      select
        c.entity_type, c.entity_id, local.time::date as date, date_part('hour', local.time)::integer as hour,
        c.sign::integer as views, case when c.time_on_page is not null then c.sign::integer else 0 end as timed_views,
        coalesce(c.sign * c.time_on_page::bigint, 0) as time_total,
        0 as visitors, 0 as accounts, 0 as entries, 0 as bounces,
        0 as ever, 0 as ever_accounts, 0 as week, 0 as week_accounts, 0 as month, 0 as month_accounts,
        0 as quarter, 0 as quarter_accounts, 0 as year, 0 as year_accounts
      from :schema.analytics_settings z
      cross join unnest(p_changes) c
      cross join lateral (select c.viewed_at at time zone z.time_zone as time) local
      where c.sign <> 0
      union all
      select e.entity_type, e.entity_id, e.date, e.hour, 0, 0, 0, 0, 0, e.entries, e.bounces, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
      from unnest(p_entries) e
      union all
      -- most were seen in one hour: the number of the bits below its own
      select
        s.entity_type, s.entity_id, s.date, bit_count((s.hours_seen - 1)::bit(24))::integer,
        0, 0, 0, s.sign, s.accounts, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
      from states s
      where s.hours_seen & (s.hours_seen - 1) = 0
      union all
      select s.entity_type, s.entity_id, s.date, h.hour, 0, 0, 0, s.sign, s.accounts, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
      from states s
      cross join lateral generate_series(0, 23) h (hour)
      where s.hours_seen & (s.hours_seen - 1) <> 0 and s.hours_seen & (1 << h.hour) <> 0
      union all
      select
        s.entity_type, s.entity_id, s.date, -1, 0, 0, 0, s.sign, s.accounts, 0, 0,
        s.sign * again.ever, s.accounts * again.ever, s.sign * again.week, s.accounts * again.week,
        s.sign * again.month, s.accounts * again.month, s.sign * again.quarter, s.accounts * again.quarter,
        s.sign * again.year, s.accounts * again.year
      from states s
      cross join lateral (
        select
          (s.prev_date is not null)::integer as ever,
          :schema.is_again_in('week', s.date, s.prev_date)::integer as week,
          :schema.is_again_in('month', s.date, s.prev_date)::integer as month,
          :schema.is_again_in('quarter', s.date, s.prev_date)::integer as quarter,
          :schema.is_again_in('year', s.date, s.prev_date)::integer as year
      ) again
    ) h
    group by h.entity_id, h.date, h.hour, h.entity_type
    having (
      sum(h.views), sum(h.timed_views), sum(h.time_total), sum(h.visitors), sum(h.accounts), sum(h.entries), sum(h.bounces),
      sum(h.ever), sum(h.ever_accounts), sum(h.week), sum(h.week_accounts), sum(h.month), sum(h.month_accounts),
      sum(h.quarter), sum(h.quarter_accounts), sum(h.year), sum(h.year_accounts)
    ) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  )
  select
    h.entity_type, h.entity_id, h.date,
    sum(h.views)::integer, sum(h.timed_views)::integer, sum(h.time_total)::bigint,
    coalesce(sum(h.visitors) filter (where h.hour < 0), 0)::integer,
    coalesce(sum(h.accounts) filter (where h.hour < 0), 0)::integer,
    sum(h.entries)::integer, sum(h.bounces)::integer, sum(h.ever)::integer, sum(h.ever_accounts)::integer,
    sum(h.week)::integer, sum(h.week_accounts)::integer, sum(h.month)::integer, sum(h.month_accounts)::integer,
    sum(h.quarter)::integer, sum(h.quarter_accounts)::integer, sum(h.year)::integer, sum(h.year_accounts)::integer,
    array_agg(
      :schema.packed_hour(
        h.hour::smallint, h.views, h.timed_views, h.time_total::bigint, h.visitors, h.accounts, h.entries, h.bounces
      )
    ) filter (where h.hour >= 0)
  from hours h
  group by h.entity_id, h.date, h.entity_type;
end;

-- What do the deltas of visitor-days do to the returns?
create or replace function :schema.return_deltas(p_days :schema.visitor_day_delta[]) returns setof :schema.return_delta
language sql stable
begin atomic
  select
    d.entity_type, d.entity_id, d.date, (s.state).prev_date,
    sum(s.sign)::integer, sum(s.sign * (d.kind = 'a')::integer)::integer
  from unnest(p_days) d
  cross join lateral (values (d.after, 1), (d.before, -1)) s (state, sign)
  where (s.state).prev_date is not null and (d.before).prev_date is distinct from (d.after).prev_date
  group by d.entity_id, d.date, (s.state).prev_date, d.entity_type
  having sum(s.sign) <> 0 or sum(s.sign * (d.kind = 'a')::integer) <> 0;
end;
