-- Periods of time.

-- Which unit of Postgres is a period?
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

-- How long is a unit of time?
create or replace function :schema.unit_length(p_unit text) returns interval
language sql immutable
begin atomic
  select case p_unit when 'quarter' then interval '3 months' else ('1 ' || p_unit)::interval end;
end;

-- Which hours did the clocks of the zone show on these dates? In most zones one is skipped and one comes twice each year:
-- a skipped one is not returned, and one that comes twice is returned once. A quarter of an hour is the finest step in which clocks are moved.
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
