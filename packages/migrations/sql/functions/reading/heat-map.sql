-- When in the week do people come? For each hour of the week, from Monday on: its views, its visitors, each counted once in
-- each hour, and how often that hour was in the range and is over.

-- How often was each hour of the week shown by the clocks on these dates and is over? Days of 24 hours have them all; the
-- hours of others are looked at. p_local_time: the time in the reporting zone.
create or replace function :schema.week_hours_between(p_start_date date, p_end_date date, p_local_time timestamp)
returns table (weekday integer, hour integer, occurrences bigint)
language sql stable
begin atomic
  with dates as (
    select
      p_start_date + n as date,
      (p_start_date + n + 1)::timestamp at time zone z.time_zone - (p_start_date + n)::timestamp at time zone z.time_zone as length
    from :schema.reporting_zone() z
    cross join generate_series(0, least(p_end_date, p_local_time::date) - p_start_date) n
  )
  select h.weekday, h.hour, sum(h.occurrences)
  from (
    select d.weekday, hour, d.occurrences
    from (
      select extract(isodow from d.date)::integer as weekday, count(*) as occurrences from dates d
      where d.length = interval '24 hours' and d.date < p_local_time::date
      group by 1
    ) d
    cross join generate_series(0, 23) hour
    union all
    select extract(isodow from d.date)::integer, o.hour, 1 from dates d
    cross join lateral :schema.hours_of(d.date, d.date) o
    where d.date < p_local_time::date and d.length <> interval '24 hours'
    union all
    select extract(isodow from d.date)::integer, o.hour, 1 from dates d
    cross join lateral :schema.hours_of(d.date, d.date) o
    where d.date = p_local_time::date and o.hour < extract(hour from p_local_time)
  ) h
  group by h.weekday, h.hour;
end;

-- Each column has a value for each hour of the week. Nothing is counted before the first date with a view, and the hour that is not over is
-- left out. p_local_time: the time in the reporting zone, which is now when it is NULL.
create or replace function :schema.heat_map_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_local_time timestamp default null,
  out views text, out visitor_hours text, out occurrences text,
  out live boolean, out pending_changes integer, out folded_through text
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_now timestamp := coalesce(
    p_local_time, (select current_timestamp at time zone z.time_zone from :schema.reporting_zone() z)
  );
  v_today date := v_now::date;
  v_hour integer := extract(hour from v_now);
  v_last date := least(p_end_date, v_today);
  v_first date;
  v_pending record;
begin
  p_entity_id := coalesce(p_entity_id, :no_entity);
  v_pending := :schema.pending_series(array[p_entity_type], array[p_entity_id], p_start_date, p_end_date);
  live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := :schema.instant_text(v_pending.folded_through);
  v_first := greatest(
    p_start_date, (select coalesce(f.first_date, p_end_date + 1) from :schema.first_and_last_date(p_entity_type, p_entity_id) f)
  );

  select
    array_agg(coalesce(v.views, 0) order by w.weekday, w.hour), array_agg(coalesce(v.visitors, 0) order by w.weekday, w.hour),
    array_agg(coalesce(o.occurrences, 0) order by w.weekday, w.hour)
  into views, visitor_hours, occurrences
  from (select weekday, hour from generate_series(1, 7) weekday cross join generate_series(0, 23) hour) w
  left join (
    select h.week_hour, sum(h.views) as views, sum(h.visitors) as visitors
    from (
      select (d.date - date '0001-01-01') % 7 * 24 + d.hour as week_hour, d.views, coalesce(d.visitors, 0) as visitors
      from :schema.analytics_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and v_last
        and d.hour < case when d.date = v_today then v_hour else 24 end
      union all
      -- of a year there are nine thousand: what is asked of them all is asked of their days
      select s.midnight + u.hour, u.views, u.visitors
      from (
        select
          (p.date - date '0001-01-01') % 7 * 24 as midnight, case when p.date = v_today then v_hour else 24 end as first_unfinished, p.hours
        from (
          select a.date, a.hours from :schema.analytics_hours a
          where a.entity_type = p_entity_type and a.entity_id = p_entity_id and a.date between p_start_date and v_last
          union all
          select e.date, e.hours from unnest(v_pending.days) e
          where e.date <= v_last
        ) p
        offset 0
      ) s
      cross join lateral :schema.unpacked_hours(s.hours) u
      where u.hour < s.first_unfinished
    ) h
    group by h.week_hour
  ) v on v.week_hour = (w.weekday - 1) * 24 + w.hour
  left join :schema.week_hours_between(v_first, p_end_date, v_now) o on o.weekday = w.weekday and o.hour = w.hour;
end
$$;
