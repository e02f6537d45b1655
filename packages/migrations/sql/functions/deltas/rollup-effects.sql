-- What that does to the rollups: differences, to be added to what is stored.

-- How do these changes add to the sums of their dates and hours?
create or replace function :schema.view_count_effects(p_changes :schema.page_view_changes[])
returns setof :schema.view_count_effect
language sql stable
begin atomic
  select
    c.entity_type, c.entity_id, local.time::date, extract(hour from local.time)::smallint,
    sum(c.sign)::integer,
    coalesce(sum(c.sign) filter (where c.time_on_page is not null), 0)::integer,
    coalesce(sum(c.sign * c.time_on_page), 0)::bigint,
    0, 0
  from :schema.analytics_settings s
  cross join unnest(p_changes) c
  cross join lateral (select c.viewed_at at time zone s.time_zone as time) local
  group by 1, 2, 3, 4;
end;

-- Is this visitor-day the visitor's first in its week, month, quarter or year?
create or replace function :schema.is_first_in(p_period text, p_date date, p_prev_date date) returns boolean
language sql immutable
begin atomic
  select p_prev_date is null or p_prev_date < date_trunc(p_period, p_date::timestamp)::date;
end;

-- What do they do to the rows of dates and hours?
-- The rows of dates in p_replaced were removed beforehand: what was counted there before no longer matters.
create or replace function :schema.aggregate_effects(
  p_counts :schema.view_count_effect[], p_days :schema.visitor_day_effect[], p_replaced daterange default 'empty'
) returns table (
  entity_type text, entity_id :entity_id_type, date date, hour smallint,
  total_views integer, timed_views integer, time_total bigint, entries integer, bounces integer, unique_visitors integer, unique_accounts integer,
  new_visitors integer, new_accounts integer,
  visitors_first_in_week integer, accounts_first_in_week integer,
  visitors_first_in_month integer, accounts_first_in_month integer,
  visitors_first_in_quarter integer, accounts_first_in_quarter integer,
  visitors_first_in_year integer, accounts_first_in_year integer
)
language sql stable
begin atomic
  with
  states as (
    select d.entity_type, d.entity_id, d.is_account, d.date, d.prev_date, d.hours_seen, 1 as sign
    from unnest(p_days) d
    where d.views > 0
      and (d.before_views = 0 or d.before_prev_date is distinct from d.prev_date
        or d.before_hours_seen <> d.hours_seen or p_replaced @> d.date)
    union all
    select d.entity_type, d.entity_id, d.is_account, d.date, d.before_prev_date, d.before_hours_seen, -1
    from unnest(p_days) d
    where d.before_views > 0 and not p_replaced @> d.date
      and (d.views = 0 or d.before_prev_date is distinct from d.prev_date or d.before_hours_seen <> d.hours_seen)
  ),
  days as (
    select
      c.entity_type, c.entity_id, c.date, c.views, c.timed_views, c.time_total, c.entries, c.bounces,
      0 as visitors, 0 as accounts, 0 as new, 0 as new_accounts,
      0 as week, 0 as week_accounts, 0 as month, 0 as month_accounts,
      0 as quarter, 0 as quarter_accounts, 0 as year, 0 as year_accounts
    from unnest(p_counts) c
    union all
    select
      s.entity_type, s.entity_id, s.date, 0, 0, 0, 0, 0,
      s.sign, s.sign * s.is_account::integer,
      s.sign * first.ever, s.sign * first.ever * s.is_account::integer,
      s.sign * first.week, s.sign * first.week * s.is_account::integer,
      s.sign * first.month, s.sign * first.month * s.is_account::integer,
      s.sign * first.quarter, s.sign * first.quarter * s.is_account::integer,
      s.sign * first.year, s.sign * first.year * s.is_account::integer
    from states s
    cross join lateral (
      select
        (s.prev_date is null)::integer as ever,
        :schema.is_first_in('week', s.date, s.prev_date)::integer as week,
        :schema.is_first_in('month', s.date, s.prev_date)::integer as month,
        :schema.is_first_in('quarter', s.date, s.prev_date)::integer as quarter,
        :schema.is_first_in('year', s.date, s.prev_date)::integer as year
    ) first
  ),
  hours as (
    select
      c.entity_type, c.entity_id, c.date, c.hour, c.views, c.timed_views, c.time_total, c.entries, c.bounces,
      0 as visitors, 0 as accounts
    from unnest(p_counts) c
    union all
    -- most were seen in one hour: the number of the bits below its own
    select
      s.entity_type, s.entity_id, s.date, bit_count((s.hours_seen - 1)::bit(24))::smallint, 0, 0, 0, 0, 0,
      s.sign, s.sign * s.is_account::integer
    from states s
    where s.hours_seen & (s.hours_seen - 1) = 0
    union all
    select
      s.entity_type, s.entity_id, s.date, h.hour::smallint, 0, 0, 0, 0, 0, s.sign, s.sign * s.is_account::integer
    from states s
    cross join lateral generate_series(0, 23) h (hour)
    where s.hours_seen & (s.hours_seen - 1) > 0 and s.hours_seen & (1 << h.hour) > 0
  )
  select
    d.entity_type, d.entity_id, d.date, null::smallint,
    sum(d.views)::integer, sum(d.timed_views)::integer, sum(d.time_total)::bigint,
    sum(d.entries)::integer, sum(d.bounces)::integer, sum(d.visitors)::integer, sum(d.accounts)::integer,
    sum(d.new)::integer, sum(d.new_accounts)::integer,
    sum(d.week)::integer, sum(d.week_accounts)::integer, sum(d.month)::integer, sum(d.month_accounts)::integer,
    sum(d.quarter)::integer, sum(d.quarter_accounts)::integer, sum(d.year)::integer, sum(d.year_accounts)::integer
  from days d
  group by d.entity_id, d.date, d.entity_type
  having (
    sum(d.views), sum(d.timed_views), sum(d.time_total), sum(d.entries), sum(d.bounces), sum(d.visitors), sum(d.accounts),
    sum(d.new), sum(d.new_accounts), sum(d.week), sum(d.week_accounts), sum(d.month), sum(d.month_accounts),
    sum(d.quarter), sum(d.quarter_accounts), sum(d.year), sum(d.year_accounts)
  ) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  union all
  select
    h.entity_type, h.entity_id, h.date, h.hour,
    sum(h.views)::integer, sum(h.timed_views)::integer, sum(h.time_total)::bigint,
    sum(h.entries)::integer, sum(h.bounces)::integer, sum(h.visitors)::integer, sum(h.accounts)::integer,
    null, null, null, null, null, null, null, null, null, null
  from hours h
  group by h.entity_id, h.date, h.hour, h.entity_type
  having (
    sum(h.views), sum(h.timed_views), sum(h.time_total), sum(h.entries), sum(h.bounces), sum(h.visitors), sum(h.accounts)
  ) <> (0, 0, 0, 0, 0, 0, 0);
end;

-- What do they do to the returns? For p_replaced see aggregate_effects.
create or replace function :schema.return_effects(p_days :schema.visitor_day_effect[], p_replaced daterange default 'empty')
returns table (entity_type text, entity_id :entity_id_type, date date, prev_date date, visitors integer, accounts integer)
language sql stable
begin atomic
  select
    s.entity_type, s.entity_id, s.date, s.prev_date,
    sum(s.sign)::integer, sum(s.sign * s.is_account::integer)::integer
  from (
    select d.entity_type, d.entity_id, d.is_account, d.date, d.prev_date, 1 as sign
    from unnest(p_days) d
    where d.views > 0
    union all
    select d.entity_type, d.entity_id, d.is_account, d.date, d.before_prev_date, -1
    from unnest(p_days) d
    where d.before_views > 0 and not p_replaced @> d.date
  ) s
  where s.prev_date is not null
  group by s.entity_type, s.entity_id, s.date, s.prev_date
  having sum(s.sign) <> 0 or sum(s.sign * s.is_account::integer) <> 0;
end;

-- On which Monday did the week of this date begin?
create or replace function :schema.week_of(p_date date) returns date
language sql immutable
begin atomic
  select date_trunc('week', p_date::timestamp)::date;
end;

-- And the last week that has a date of this range?
create or replace function :schema.last_week_of(p_dates daterange) returns date
language sql immutable
begin atomic
  select :schema.week_of(case when upper_inc(p_dates) then upper(p_dates) else upper(p_dates) - 1 end);
end;

-- What do they do to the visitors? Counts are differences; first_visit and last_visit are what they are now,
-- NULL when nothing is left. A visitor is new when no visit of it was known to be stored.
create or replace function :schema.visitor_effects(p_days :schema.visitor_day_effect[])
returns table (
  entity_type text, entity_id :entity_id_type, is_account boolean, visitor_id :visitor_id_type,
  visit_count integer, days_visited integer, timed_views integer, time_total bigint,
  first_visit timestamptz, last_visit timestamptz, is_new boolean
)
language sql stable
begin atomic
  select
    d.entity_type, d.entity_id, d.is_account, d.visitor_id,
    sum(d.views - d.before_views)::integer,
    sum((d.views > 0)::integer - (d.before_views > 0)::integer)::integer,
    sum(d.timed_views - d.before_timed_views)::integer,
    sum(d.time_total - d.before_time_total)::bigint,
    -- when the first stored visit is among what is known here, all that can replace it is known too
    case
      when bool_or(d.before_first_view = d.visitor_first_visit) then min(d.first_view) filter (where d.views > 0)
      else least(min(d.visitor_first_visit), min(d.first_view) filter (where d.views > 0))
    end,
    case
      when bool_or(d.before_last_view = d.visitor_last_visit) then max(d.last_view) filter (where d.views > 0)
      else greatest(max(d.visitor_last_visit), max(d.last_view) filter (where d.views > 0))
    end,
    max(d.visitor_last_visit) is null
  from unnest(p_days) d
  group by d.visitor_id, d.entity_id, d.is_account, d.entity_type
  having bool_or(
    (d.before_views, d.before_timed_views, d.before_time_total, d.before_first_view, d.before_last_view)
      is distinct from (d.views, d.timed_views, d.time_total, d.first_view, d.last_view)
  );
end;
